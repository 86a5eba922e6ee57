// The worker of the tools in an app that a bundler makes, see beside.js. Apps without the tools get no copy of it.

import { FILES, placeOf } from './beside.js';

FILES['tools/worker.js'] = () => new URL('./tools/worker.js', import.meta.url);

export const makeToolWorker = () => new Worker(placeOf('gossamer:/tools/worker.js'), { type: 'module' });
