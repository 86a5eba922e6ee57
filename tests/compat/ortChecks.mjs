// All checks of the drop-in; tests/browser/ortCompat.test.mjs runs them.

import { imageChecks } from './ortImages.mjs';
import { refusalChecks } from './ortRefusals.mjs';
import { sessionChecks } from './ortSessions.mjs';
import { tensorChecks } from './ortTensors.mjs';

export { outcome } from './check.mjs';

/** @type {import('./check.mjs').Check[]} */
export const checks = [...tensorChecks, ...imageChecks, ...sessionChecks, ...refusalChecks];
