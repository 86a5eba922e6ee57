// The details panel: what the model is, how it runs here and why, and the plan step by step.

/** @typedef {Awaited<ReturnType<import('../gossamer.js').ImageClassifier['info']>>} Info */

/** @param {Info} info */
export function showFacts(info) {
  const { loadTiming: load, memory } = info;
  /** @type {[string, string][]} */
  const facts = [
    ['Input', info.inputs.map(tensor).join(', ')],
    ['Output', info.outputs.map(tensor).join(', ')],
    ['Scores', scores(info)],
    ['Model file', bytes(info.modelBytes)],
    ['Memory', `${bytes(memory.weight_bytes)} weights, ${bytes(memory.arena_bytes)} activations`],
    ['Instruction level', `${info.level} (this browser runs ${info.supportedLevels.join(', ')})`],
    ['Threads', `${info.threads}, because ${info.threadReason}`],
    ['Loading', `download ${ms(load.download)}, compile ${ms(load.compile)}, plan ${ms(load.create)}`],
    ['First run', ms(load.warmup)],
    ['Preprocessing', info.metadata['gossamer.recipe'] ?? 'stretched to the input, scaled to 0…1'],
    ['Runtime', `Gossamer ${info.version}${info.worker ? ', in a worker' : ''}`],
  ];
  if (info.reference.steps > 0) facts.push(['Without a fast kernel', slowSteps(info)]);
  document.getElementById('fact-list')?.replaceChildren(...facts.map(([term, value]) => {
    const pair = document.createElement('div');
    pair.append(text('dt', term), text('dd', value));
    return pair;
  }));
  document.getElementById('steps')?.replaceChildren(table(info.steps));
}

/** @param {Info} info */
function slowSteps({ steps, reference: { share, timed } }) {
  const names = steps.filter(({ kernel }) => kernel === 'reference').map(({ op }) => op);
  const percent = (100 * share).toFixed(1);
  return `${[...new Set(names)].join(', ')}: ${percent} % of the ${timed ? 'time' : 'work'}`;
}

/** @param {Info} info */
function scores({ scores: found }) {
  if (!found?.output) return found?.reason ?? '';
  return `${found.output}: ${found.kind === 'none' ? 'as they are' : found.kind}; ${found.reason}`;
}

/** @param {Info['steps']} steps */
function table(steps) {
  const element = document.createElement('table');
  const head = element.createTHead().insertRow();
  head.append(...['Operator', 'Node', 'Kernel', 'Output'].map((title) => text('th', title)));
  head.append(Object.assign(text('th', 'Multiply-adds'), { className: 'number' }));
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

/** @param {import('../lib/engine.js').TensorInfo} info */
function tensor({ name, type, shape }) {
  return `${name} ${type} ${shape.join(' × ')}`;
}

/** @param {number} count */
function bytes(count) {
  return count < 1e6 ? `${(count / 1e3).toFixed(0)} KB` : `${(count / 1e6).toFixed(1)} MB`;
}

/** @param {number} value */
function ms(value) {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
