// Makes a module of JavaScript small for download. As a program, in place, for the glue that
// Emscripten writes (see cmake/web.cmake): node tools/lib/minify.mjs FILE [MODULE], where the file is to
// export what MODULE does as well.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { leanGlue } from './glue.mjs';

/**
 * @param {string} name  of the file
 * @param {string} source
 * @param {{map?: string, module?: boolean}} [options]  map: from the source to what it was made of; module: false for
 *     a classic script
 * @returns {Promise<{code: string, map: string}>}  map: empty where none was given
 */
export async function minify(name, source, { map: before, module = true } = {}) {
  const terser = await import('terser');  // set-up brings it: this file is read before
  const { code, map } = await terser.minify({ [name]: source }, {
    module, ecma: 2022, compress: { passes: 3 },
    format: { comments: /@vite-ignore|webpackIgnore/ },  // what bundlers read
    // Not named in the file: every module would pay for it, and tools take a map by hand.
    sourceMap: before !== undefined && { filename: name, content: before, includeSources: true },
  });
  return { code: String(code), map: String(map ?? '') };
}

/** Gives a module that was just linked a number of its own, which the script bears as well: see web/lib/engine/module.js. @param {string} file */
function number(file) {
  const module = readFileSync(file);
  const id = createHash('sha256').update(module).digest().subarray(0, 4);
  // A custom section: its kind, 0; its length; its name with the length of that.
  const content = [2, ...Buffer.from('id'), ...id];
  writeFileSync(file, Buffer.concat([module, Buffer.from([0, content.length, ...content])]));
  return id.readUInt32LE();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [file, module] = process.argv.slice(2);
  const texts = [leanGlue(readFileSync(file, 'utf8'))];
  if (module) {
    const esbuild = await import('esbuild');
    const { outputFiles } = await esbuild.build({
      entryPoints: [module], bundle: true, format: 'esm', target: 'es2022', charset: 'utf8', write: false,
    });
    texts.push(outputFiles[0].text);
  }
  const { code } = await minify(file, texts.join('\n'));
  writeFileSync(file, `${code}export const id=${number(file.replace(/js$/, 'wasm'))};`);
}
