// npm run fuzz:ops: random graphs through native onnxruntime and Gossamer; see `usage`. Graph number i
// has seed N + i, so that `--seed` with a printed number and `--count 1` repeats one.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { generate, generators, neededOperator, weights } from '../tests/differential/generators.mjs';
import { runCases } from '../tests/differential/run.mjs';
import { shrink } from '../tests/differential/shrink.mjs';
import { randomSource } from '../tests/differential/choices.mjs';
import { programs } from './lib/backend.mjs';
import { build, root, run } from './lib/run.mjs';

/** @typedef {import('../tests/differential/builder.mjs').Case} Case */
/** @typedef {import('../tests/differential/run.mjs').Result} Result */
/** @typedef {{same: number, different: number, refused: number, unsupported: number, worst: number, why: string, whyNot: string}} Tally */

const usage = `npm run fuzz:ops [-- options]: random graphs through native onnxruntime and Gossamer

Runs until stopped with Ctrl-C. What disagrees is made small and saved to tests/differential/cases/.

  --count N     this many graphs, then ends with a table
  --seed N      the first graph's seed, the next has N + 1; printed at the start (default: from the clock)
  --op A,B      only these generators (default: all)
  --replay      the saved cases first
  --details     says why graphs were refused or are not supported
  --no-save     only reports what disagrees
  --help

The status is 1 when anything disagreed.`;

const casesFolder = path.join(root, 'tests/differential/cases');
const batch = 250;
// Of one operator, more disagreements are mostly the same fault.
const shrunkPerOp = 2;

/** Operators of this build. @returns {Promise<Set<string>>} */
async function supportedOperators() {
  const table = await run(programs[0].command[0], ['ops']);
  return new Set([...table.matchAll(/^\| ([\w.]+) \|/gm)].map((match) => match[1]));
}

/** JSON has no NaN and no infinity. @param {Case} made */
const caseText = (made) => `${JSON.stringify(made, (_, value) =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value)}\n`;

/** @param {string} text @returns {Case} */
const parseCase = (text) => JSON.parse(text, (_, value) =>
  (['NaN', 'Infinity', '-Infinity'].includes(value) ? Number(value) : value));

/** @returns {Promise<{passed: number, failed: number, skipped: number}>} */
async function replay() {
  const names = readdirSync(casesFolder).filter((name) => name.endsWith('.json')).sort();
  const cases = names.map((name) => parseCase(readFileSync(path.join(casesFolder, name), 'utf8')));
  const results = await runCases(cases);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  results.forEach(({ outcome, reason }, i) => {
    if (outcome === 'same') counts.passed += 1;
    else if (outcome === 'unsupported') counts.skipped += 1;
    else counts.failed += 1;
    if (outcome !== 'same') console.log(`  ${names[i]}: ${outcome}: ${reason}`);
  });
  console.log(`  ${names.length} saved cases replayed`);
  return counts;
}

/** @param {string[]} names */
function drawer(names) {
  const lots = names.flatMap((name) => Array(names.length > 1 ? (weights[name] ?? 1) : 1).fill(name));
  return (/** @type {number} */ seed) => {
    const name = lots[randomSource(seed)() % lots.length];
    return { seed, ...generate(name, { seed: seed ^ 0x5bd1e995 }) };
  };
}

/** @param {Map<string, Tally>} tallies @param {Case} made @param {Result} result */
function count(tallies, { op }, { outcome, reason, difference = 0 }) {
  const tally = tallies.get(op) ??
    { same: 0, different: 0, refused: 0, unsupported: 0, worst: 0, why: '', whyNot: '' };
  tallies.set(op, tally);
  tally[outcome] += 1;
  if (outcome === 'same') tally.worst = Math.max(tally.worst, difference);
  if (outcome === 'refused') tally.why = reason;
  if (outcome === 'unsupported') tally.whyNot = reason;
}

/** @param {Map<string, Tally>} tallies @param {boolean} details  why graphs were not compared */
function printTallies(tallies, details) {
  console.log(`  ${'generator'.padEnd(30)}${['same', 'different', 'refused', 'unsupported'].map((text) => text.padStart(12)).join('')}  largest difference`);
  for (const [op, tally] of [...tallies].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const numbers = [tally.same, tally.different, tally.refused, tally.unsupported];
    console.log(`  ${op.padEnd(30)}${numbers.map((n) => String(n).padStart(12)).join('')}  ${tally.worst ? tally.worst.toExponential(1) : 0}`);
    if (details && tally.why) console.log(`    onnxruntime: ${tally.why.slice(0, 300)}`);
    if (details && tally.whyNot) console.log(`    Gossamer: ${tally.whyNot.slice(0, 300)}`);
  }
}

/**
 * A generator whose graphs are mostly not compared tests nothing.
 * @param {Map<string, Tally>} tallies
 */
function idleGenerators(tallies) {
  const idle = [];
  for (const [op, { same, different, refused, unsupported, why, whyNot }] of tallies) {
    const total = same + different + refused + unsupported;
    if (total >= 5 && same + different < total / 2) {
      idle.push(`${op}: ${refused} of ${total} graphs refused by onnxruntime, ${unsupported} not supported: ${(why || whyNot).slice(0, 300)}`);
    }
  }
  return idle;
}

/** @param {{seed: number, made: Case, choices: number[]}} drawn @param {Result} result @param {boolean} save */
async function report(drawn, result, save) {
  console.log(`  ${drawn.made.op}, seed ${drawn.seed}: ${result.reason}`);
  if (!save) return;
  const { made } = await shrink(drawn);
  const name = `${made.op.replace(/\W/g, '_').toLowerCase()}_${drawn.seed}.json`;
  writeFileSync(path.join(casesFolder, name), caseText(made));
  const nodes = made.nodes.map(({ op, attributes }) => `${op} ${JSON.stringify(attributes)}`).join('; ');
  const inputs = Object.entries(made.tensors).map(([id, { type, dims }]) => `${id} ${type} [${dims}]`);
  console.log(`    made small: opset ${made.opset}, ${nodes}; ${inputs.join(', ')}${made.open ? '; open extents' : ''}`);
  console.log(`    saved as tests/differential/cases/${name}`);
}

function parse() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' }, count: { type: 'string' }, op: { type: 'string' }, replay: { type: 'boolean' },
      details: { type: 'boolean' }, 'no-save': { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  });
  for (const name of /** @type {const} */ (['seed', 'count'])) {
    if (values[name] !== undefined && !/^\d{1,15}$/.test(values[name])) throw new Error(`--${name} must be a whole number`);
  }
  return values;
}

/** @type {ReturnType<typeof parse>} */
let values;
try {
  values = parse();
} catch (error) {
  console.error(/** @type {Error} */ (error).message);
  process.exit(2);
}
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const counts = values.replay ? await replay() : { passed: 0, failed: 0, skipped: 0 };
const seed = values.seed ? Number(values.seed) : Date.now() % 1e9;
const total = values.count ? Number(values.count) : Infinity;
const asked = values.op?.split(',') ?? Object.keys(generators);
const unknown = asked.filter((name) => !Object.hasOwn(generators, name));
if (unknown.length > 0) {
  console.error(`no generator for ${unknown.join(', ')}; known are ${Object.keys(generators).join(', ')}`);
  process.exit(2);
}
await build('native-release', ['gossamer_cli']);
const supported = await supportedOperators();
// An operator that was supported when its generator was written must not get lost.
const lost = asked.filter((name) => !supported.has(neededOperator(name)));
if (lost.length > 0) console.log(`  FAILED: this build does not support ${lost.join(', ')}`);
const draw = drawer(asked.filter((name) => !lost.includes(name)));
console.log(`  seed ${seed}`);
/** @type {Map<string, Tally>} */
const tallies = new Map();
const start = Date.now();
for (let done = 0; done < total; ) {
  const size = Math.min(batch, total - done);
  const drawn = Array.from({ length: size }, (_, i) => draw(seed + done + i));
  const results = await runCases(drawn.map(({ made }) => made));
  for (const [i, result] of results.entries()) {
    count(tallies, drawn[i].made, result);
    if (result.outcome !== 'different') continue;
    const save = !values['no-save'] && (tallies.get(drawn[i].made.op)?.different ?? 0) <= shrunkPerOp;
    await report(drawn[i], result, save);
  }
  done += size;
  if (Math.floor(done / 1000) > Math.floor((done - size) / 1000)) {
    console.log(`  ${done} graphs, ${((Date.now() - start) / 1000).toFixed(0)} s`);
  }
}
printTallies(tallies, values.details ?? false);
const idle = idleGenerators(tallies);
for (const line of idle) console.log(`  ${line}`);
for (const { same, different, refused, unsupported } of tallies.values()) {
  counts.passed += same;
  counts.failed += different;
  counts.skipped += refused + unsupported;
}
counts.failed += idle.length + lost.length;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;
