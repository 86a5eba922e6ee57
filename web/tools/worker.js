// The worker in which the tools compute: as worker.js of the library, with their own engine. It is a
// script of its own, so that pages without tools load nothing of them.

import { serve } from '../lib/serve.js';
import { ToolEngine } from './engine.js';

serve(new ToolEngine());
