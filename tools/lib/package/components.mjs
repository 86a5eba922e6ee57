// What others wrote and the package carries in compiled form: for THIRD-PARTY.md and the list of components (SBOM).
// Versions are read off what was compiled, as far as that says them.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';

const toolchain = path.join(root, '.toolchain');

/**
 * @typedef {object} Component
 * @property {string} name
 * @property {string} version  empty where nothing says it
 * @property {string} license  an SPDX expression
 * @property {string} copyright
 * @property {string} url
 * @property {string} use
 */

/** @param {string} file @param {RegExp} pattern  whose groups are the parts of a version */
function versionIn(file, pattern) {
  const place = path.join(toolchain, file);
  const parts = existsSync(place) ? pattern.exec(readFileSync(place, 'utf8')) : null;
  return parts ? parts.slice(1).join('.') : '';
}

function emscriptenVersion() {
  try {
    return /\d+\.\d+\.\d+/.exec(execFileSync(path.join(toolchain, 'emscripten/em++'), ['--version'], { encoding: 'utf8' }))?.[0] ?? '';
  } catch {
    return '';
  }
}

/** @returns {Component[]} */
export function components() {
  const emscripten = emscriptenVersion();
  return [
    {
      name: 'xsimd', license: 'BSD-3-Clause', url: 'https://github.com/xtensor-stack/xsimd',
      copyright: 'Copyright (c) Johan Mabille, Sylvain Corlay, Wolf Vollprecht and Martin Renou; QuantStack; Serge Guelton',
      version: versionIn('include/xsimd/config/xsimd_config.hpp', /VERSION_MAJOR (\d+)[\s\S]*?VERSION_MINOR (\d+)[\s\S]*?VERSION_PATCH (\d+)/),
      use: 'vector instructions in the kernels; in every wasm module',
    },
    {
      name: 'stb_image', license: 'MIT', url: 'https://github.com/nothings/stb', copyright: 'Copyright (c) 2017 Sean Barrett',
      version: versionIn('include/stb/stb_image.h', /stb_image - v(\d+)\.(\d+)/),
      use: 'decodes PNG and JPEG under Node',
    },
    {
      name: 'Emscripten', license: 'MIT', url: 'https://emscripten.org', copyright: 'Copyright (c) 2010-2024 Emscripten authors',
      version: emscripten, use: 'the runtime in each wasm module and the script that loads it',
    },
    {
      name: 'musl', license: 'MIT', url: 'https://musl.libc.org', copyright: 'Copyright (c) 2005-2020 Rich Felker, et al.',
      version: '', use: 'the C library in each wasm module',
    },
    {
      name: 'LLVM compiler-rt, libc++ and libc++abi', license: 'Apache-2.0 WITH LLVM-exception', url: 'https://llvm.org',
      copyright: 'Copyright (c) LLVM project contributors', version: '', use: 'the C++ library in each wasm module',
    },
  ];
}

/** THIRD-PARTY.md. @param {Component[]} list */
export function notices(list) {
  const parts = list.map(({ name, version, license, copyright, url, use }) =>
    `## ${name}${version && ` ${version}`}\n\n${url}: ${use}.\n\n${copyright}. Licence: ${license}.\n`);
  return `# What others wrote

The wasm modules of this package contain compiled parts of these. Their licences ask that the following is passed on.

${parts.join('\n')}
## MIT licence

${MIT}

## BSD 3-Clause licence

${BSD}

## Apache-2.0 WITH LLVM-exception

The text of the Apache License 2.0 stands in LICENSE. The exception: as an exception, if, as a result of your compiling your
source code, portions of this Software are embedded into an Object form of such source code, you may redistribute such
embedded portions in such Object form without complying with the conditions of Sections 4(a), 4(b) and 4(d) of the License.
`;
}

/** A list of components in CycloneDX's form. @param {{name: string, version: string, license: string}} self @param {Component[]} list */
export function sbom(self, list) {
  return {
    bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
    metadata: {
      component: {
        type: 'library', 'bom-ref': self.name, name: self.name, version: self.version, licenses: [{ expression: self.license }],
        purl: `pkg:npm/${self.name}@${self.version}`,
      },
    },
    components: list.map(({ name, version, license, url, use }) => ({
      type: 'library', name, ...(version && { version }), description: use, licenses: [{ expression: license }],
      externalReferences: [{ type: 'website', url }],
    })),
  };
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const BSD = `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are
met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the
   documentation and/or other materials provided with the distribution.
3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from this
   software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT
HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT
LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON
ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE
USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;
