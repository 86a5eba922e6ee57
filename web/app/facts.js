// What the details panel says: what the model is, how it was loaded and how it runs here and why, and
// the plan step by step.

import { sizeText } from './figures.js';
import { policyHosts } from './policy.js';
import { texts } from './texts.js';

/** @typedef {Awaited<ReturnType<import('../gossamer.js').ImageClassifier['info']>>} Info */

const words = texts.facts;

/** @param {Info} info @param {import('./models.js').Choice} [choice]  what it was loaded with */
export function showFacts(info, choice) {
  /** @type {[string, string][]} */
  const facts = [
    [words.input, info.inputs.map(tensor).join(', ')],
    [words.output, info.outputs.map(tensor).join(', ')],
    [words.scores, scores(info)],
    [words.file, sizeText(info.modelBytes)],
    [words.recipe, recipeOf(info, choice)],
    [words.connections, words.connectionsOf(policyHosts())],
    [words.runtime, `Gossamer ${info.version}${info.worker ? words.inWorker : ''}`],
  ];
  if (info.reference.steps > 0) facts.push([words.slow, slowSteps(info)]);
  fill('fact-list', facts);
  document.getElementById('steps')?.replaceChildren(table(info.steps));
}

/** How long the model took here. @param {Info} info @param {import('./times.js').Times} times */
export function showTiming(info, times) {
  const { loadTiming: load, memory } = info;
  const late = (/** @type {number} */ share) => (times.count === 0 ? words.notYet
    : words.of(ms(times.quantile(share)), times.count));
  fill('timing', [
    [words.download, ms(load.download)],
    [words.compile, ms(load.compile)],
    [words.plan, ms(load.create)],
    [words.first, ms(load.warmup)],
    [words.median, late(0.5)],
    [words.p95, late(0.95)],
    [words.memory, words.memoryOf(sizeText(memory.weight_bytes), sizeText(memory.arena_bytes))],
    [words.level, words.levelOf(info.level, info.supportedLevels)],
    [words.threads, words.threadsOf(info.threads, info.threadReason)],
  ]);
}

/** @param {string} id @param {[string, string][]} facts */
function fill(id, facts) {
  document.getElementById(id)?.replaceChildren(...facts.map(([term, value]) => {
    const pair = document.createElement('div');
    pair.append(text('dt', term), text('dd', value));
    return pair;
  }));
}

/** What comes with the choice takes the place of the model's own. @param {Info} info @param {import('./models.js').Choice} [choice] */
function recipeOf({ metadata }, choice) {
  return choice?.options?.recipe || metadata['gossamer.recipe'] || words.defaultRecipe;
}

/** @param {Info} info */
function slowSteps({ steps, reference: { share, timed } }) {
  const names = steps.filter(({ kernel }) => kernel === 'reference').map(({ op }) => op);
  const percent = (100 * share).toFixed(1);
  return words.slowSteps([...new Set(names)].join(', '), percent, timed);
}

/** @param {Info} info */
function scores({ scores: found }) {
  if (!found?.output) return found?.reason ?? '';
  return `${found.output}: ${found.kind === 'none' ? words.asTheyAre : found.kind}; ${found.reason}`;
}

/** @param {Info['steps']} steps */
function table(steps) {
  const element = document.createElement('table');
  const head = element.createTHead().insertRow();
  head.append(...words.steps.slice(0, 4).map((title) => text('th', title)));
  head.append(Object.assign(text('th', words.steps[4]), { className: 'number' }));
  const body = element.createTBody();
  for (const step of steps) {
    const row = body.insertRow();
    row.append(...[step.op, step.node, step.kernel, step.output_shape].map((cell) => text('td', cell)));
    const count = step.multiply_adds.toLocaleString('en');
    row.append(Object.assign(text('td', count), { className: 'number' }));
  }
  return element;
}

/** @param {string} tag @param {string} content */
function text(tag, content) {
  return Object.assign(document.createElement(tag), { textContent: content });
}

/** @param {import('../lib/messages.js').TensorInfo} info */
function tensor({ name, type, shape }) {
  return `${name} ${type} ${shape.join(' × ')}`;
}

/** @param {number} value */
function ms(value) {
  return `${value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0)} ms`;
}
