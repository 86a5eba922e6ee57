// Hands over the script of the module that is inside, for computing without a worker.

import { handedOver } from '../../lib/host.js';
import * as script from '../../wasm/gossamer-simd.js';

handedOver.scripts.set('gossamer-simd.js', script);
