// The thread in which the tools compute. In place of web/tools/worker.js.

import { serve } from '../../lib/serve.js';
import { ToolEngine } from '../../tools/engine.js';
import { connect } from './port.js';

connect(import.meta.url);
serve(new ToolEngine());
