// Which files belong together. Whoever copies files, or whose browser keeps some, may end up with those of several
// versions; then each would do something else than the others think.

import { GossamerError } from './error.js';

/** The library's: as package.json and CMakeLists.txt say it (tests/versions.test.mjs). */
export const VERSION = '0.1.0';

/**
 * Throws where two files are not of one version.
 * @param {string} files  that are compared
 * @param {string | number | undefined} got
 * @param {string | number | undefined} expected
 */
export function checkSame(files, got, expected) {
  if (got === expected) return;
  throw new GossamerError({
    code: 'NETWORK', stage: 'start', message: `files of different versions: ${files}`, got: String(got), expected: String(expected),
    hint: 'Copy all files of one version, and empty the browser’s cache',
  });
}
