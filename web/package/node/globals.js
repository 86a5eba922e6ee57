// What browsers have and Node has not, in the form in which the library uses it. esbuild puts these in the place
// of the names that the library's modules take from their surroundings (tools/lib/package/node.mjs).

import { availableParallelism } from 'node:os';
import { HERE } from '../../beside.js';

export { NodeWorker as Worker } from './thread.js';
export { Pixels as ImageData, scalePixels as createImageBitmap } from './image.js';

/** Without locks, which tell a page that a worker is gone: threads.js hears of it. Newer versions of Node have them. */
export const nodeNavigator = { get hardwareConcurrency() { return availableParallelism(); } };

export const nodeLocation = { href: HERE.href };
