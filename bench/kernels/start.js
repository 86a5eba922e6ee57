// Starts the kernel benchmark's wasm module, the same way under Node and in a page: the shapes come
// as texts and become files of the module's own, and it prints a line at a time.

/**
 * @param {string} url  of gossamer-kernel-bench.mjs
 * @param {Record<string, string>} shapes  the texts of files, by name
 * @param {string[]} args  of the program, without the files
 * @param {(line: string) => void} print
 * @returns {Promise<number>} the exit status
 */
export async function startKernelBench(url, shapes, args, print) {
  const { default: createModule } = await import(url);
  const module = await createModule({ print, printErr: print });
  for (const [name, text] of Object.entries(shapes)) module.FS.writeFile(name, text);
  return module.callMain([...args, ...Object.keys(shapes)]);
}
