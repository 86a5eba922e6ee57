// The library in one file, with nothing beside it: for pages from disk, notebooks, and apps whose server has no place
// for other files. It has the module with SIMD, one thread and the common operators. What others import when it is
// needed is inside as well, so that `worker: false` works where a page's policy forbids workers out of a Blob.

import { handedOver } from '../../lib/host.js';
import * as script from '../../wasm/gossamer-simd.js';

export * from '../../gossamer.js';
/** The drop-in for onnxruntime-web. */
export * as ort from '../../ort.js';

handedOver.scripts.set('gossamer-simd.js', script);
