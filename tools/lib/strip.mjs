// Takes the comments out of the library's modules on their way to dist/: they are four tenths of
// what a page would download, and the types that they carry go to the .d.ts files. Only whole lines
// and JSDoc casts go; code, names and line breaks stay, so that errors in the field can be read.
// Knows this repository's style and no more: a doc block or // comment begins its line.

/**
 * @param {string} source  of a module
 * @returns {string}
 */
export function stripComments(source) {
  return source
    .replace(/^[ \t]*\/\*\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*\n/gm, '')
    .replace(/^[ \t]*\/\/.*\n/gm, '')
    .replace(/\/\*\* @(?:type|param) [^*]*\*\/ ?/g, '')
    .replace(/\n{2,}/g, '\n')
    .trimStart();
}
