// The worker in which inference runs. All logic is in lib/.

import { Engine } from './lib/engine.js';
import { serve } from './lib/serve.js';

serve(new Engine());
