// What few pages need, in one file that is loaded when one does (see seldom() in host.js): pictures that are turned,
// or that no worker can read; models that come as streams, or are kept; weights in files beside the model; and the
// reasons of failures.

export { isCut, missingHeader } from './diagnosis.js';
export { downloadFiles, verifyGiven } from './externalFiles.js';
export { openKept } from './kept.js';
export { readTurned, readWhole } from './pixels.js';
export { openStream } from './streams.js';
