// The thread in which inference runs, and those of its pool. In place of web/worker.js.

import { Engine } from '../../lib/engine.js';
import { serve } from '../../lib/serve.js';
import { connect } from './port.js';

connect(import.meta.url);
serve(new Engine());
