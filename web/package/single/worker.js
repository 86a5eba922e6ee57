// The worker of the one-file library. It has the module's script inside, where other workers import it.

import * as script from '../../wasm/gossamer-simd.js';
import { Engine } from '../../lib/engine.js';
import { serve } from '../../lib/serve.js';

class SingleEngine extends Engine {
  /** @override It is here. */
  loadScript() {}

  /** @override @param {import('../../lib/messages.js').Calls['start']['request']} runtime */
  start(runtime) {
    return super.start({ ...runtime, given: script });
  }
}

serve(new SingleEngine());
