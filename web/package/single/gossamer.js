// The library in one file, with nothing beside it: for pages from disk, notebooks, and apps whose server has no place
// for other files. It has the module with SIMD, one thread and the common operators. What others import when it is
// needed is inside as well, so that `worker: false` works where a page's policy forbids workers out of a Blob.

import './module.js';

export * from '../../gossamer.js';
export { Session } from '../../session.js';
