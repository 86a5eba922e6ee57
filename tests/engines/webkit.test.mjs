// The page and the library in WebKit, the engine of Safari.

import { defineScenarios } from './scenarios.mjs';
import { launchWebKit } from './webkit.mjs';

defineScenarios(launchWebKit);
