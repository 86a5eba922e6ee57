// How many threads compute under Node, where memory is always shared: what web/lib/threads/choice.js says, in
// other words where those are about pages.

import { chooseThreads as choose } from '../../lib/threads/choice.js';

export * from '../../lib/threads/choice.js';

/**
 * As of web/lib/threads/choice.js.
 * @param {import('../../lib/threads/choice.js').Circumstances} circumstances
 */
export function chooseThreads(circumstances) {
  const choice = choose(circumstances);
  const alone = circumstances.inline && circumstances.threads !== 1;
  return alone ? { ...choice, threadReason: 'the calling thread computes, and has no others' } : choice;
}
