// The page and the library in Firefox.

import { launchFirefox } from './firefox.mjs';
import { defineScenarios } from './scenarios.mjs';

defineScenarios(launchFirefox);
