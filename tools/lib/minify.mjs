// Makes a module of JavaScript small for download. As a program, in place, for the glue that
// Emscripten writes (see cmake/web.cmake): node tools/lib/minify.mjs FILE...
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @param {string} file
 * @param {{sourceMap?: boolean}} [options]  write FILE.map beside it, so that errors can be read
 */
export async function minifyFile(file, { sourceMap = false } = {}) {
  const { minify } = await import('terser');  // set-up brings it: this file is read before
  const base = path.basename(file);
  const { code, map } = await minify({ [base]: readFileSync(file, 'utf8') }, {
    module: true, ecma: 2022, compress: { passes: 3 },
    format: { comments: /@vite-ignore|webpackIgnore/ },  // what bundlers read
    // Not named in the file: every module would pay for it, and tools take a map by hand.
    sourceMap: sourceMap && { filename: base, includeSources: true },
  });
  writeFileSync(file, String(code));
  if (sourceMap) writeFileSync(`${file}.map`, String(map));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const file of process.argv.slice(2)) await minifyFile(file);
}
