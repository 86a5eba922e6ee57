// What the page says about its numbers, so that nobody takes them for more than they are. It depends on
// how the model makes them and on what it looks at, which the model says itself, never on its name.

import { texts } from '../texts.js';

/**
 * @param {import('../models.js').Models['info']} info
 * @param {import('../models.js').Choice | undefined} choice
 * @param {number} classes
 */
export function meaningOf(info, choice, classes) {
  const kind = info?.scores?.kind;
  const words = texts.classify.meaning;
  // Probabilities that the model brings itself are nearly always a softmax of one closed set, too.
  const parts = [kind === 'sigmoid' || classes === 1 ? words.independent : words.closed(classes), words.sure];
  if (choice?.finder) parts.push(words.face);
  return parts.join(' ');
}
