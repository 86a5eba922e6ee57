// npm run fuzz:models: damaged models through the native build and the module that browsers get; see
// `usage`. File number i comes from the seed N + i, so that a part of a run can be repeated.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpus } from '../tests/fuzz/corpus.mjs';
import { Loader, programs } from '../tests/fuzz/loader.mjs';
import { drawing, makePool, mutate } from '../tests/fuzz/mutate.mjs';
import { build, root } from './lib/run.mjs';
import { webModule } from './lib/suites.mjs';

/** @typedef {keyof typeof programs} ProgramName */

const usage = `npm run fuzz:models [-- options]: damaged models are loaded, and run where they can be

A file that crashes or hangs a program, takes more than 2 s, or is refused without a proper error, is
saved in build/fuzz with the command that repeats it.

  --count N       this many files (default 20000)
  --seed N        the first file's seed, the next has N + 1 (default: from the clock)
  --program A,B   native, asan (native with sanitizers), web (dist/wasm under Node); default native,web
  --built         takes the programs as they are
  --file A,B      loads these files instead, once
  --help

The status is 1 when anything was found.`;

const saved = path.join(root, 'build/fuzz');
const mostMilliseconds = 2000;
// Codes that no input may provoke. HANDLE would be a fault of the test.
const untyped = new Set(['INTERNAL', 'HANDLE', 'CRASH', 'HANG']);
const enough = 50;  // findings, after which a run ends

function parse() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' }, seed: { type: 'string' }, file: { type: 'string' },
      program: { type: 'string', default: 'native,web' }, built: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  });
  for (const name of /** @type {const} */ (['seed', 'count'])) {
    if (values[name] !== undefined && !/^\d{1,15}$/.test(values[name])) throw new Error(`--${name} must be a whole number`);
  }
  const names = values.program.split(',');
  const unknown = names.find((name) => !Object.hasOwn(programs, name));
  if (unknown !== undefined) throw new Error(`no program is called '${unknown}'; there are ${Object.keys(programs).join(', ')}`);
  return { ...values, count: Number(values.count), programs: /** @type {ProgramName[]} */ (names) };
}

/** What is wrong with an answer, or nothing. @param {import('../tests/fuzz/loader.mjs').Answer} answer */
function fault({ code, milliseconds, text }) {
  if (untyped.has(code)) return `${code}: ${text}`;
  if (milliseconds > mostMilliseconds) return `took ${(milliseconds / 1000).toFixed(1)} s: ${code} ${text}`;
  return undefined;
}

/** @param {ProgramName} program @param {string} name @param {Buffer} bytes @param {string} problem */
function save(program, name, bytes, problem) {
  mkdirSync(saved, { recursive: true });
  const file = path.join(saved, `${name}.onnx`);
  writeFileSync(file, bytes);
  console.log(`  FAILED ${program} ${name} (${bytes.length} bytes): ${problem.slice(0, 1500)}`);
  console.log(`    npm run fuzz:models -- --program ${program} --file ${path.relative(root, file)}`);
}

/** @param {number} first  seed @returns {(i: number) => {name: string, bytes: Buffer}} */
function mutations(first) {
  const { own, others } = readCorpus();
  const pool = makePool([...own, ...others]);
  const all = [...own, ...others];
  console.log(`  ${own.length} models of users and ours, ${others.length} of ONNX's; seed ${first}`);
  return (i) => {
    const draw = drawing(first + i);
    const from = others.length === 0 || draw(2) === 0 ? own : others;
    const seed = from[draw(from.length)];
    const bytes = mutate(seed, all[draw(all.length)], draw, pool);
    const kind = seed.name.endsWith('.onnx') ? path.basename(path.dirname(seed.name)) : seed.name;
    return { name: `${kind}_${first + i}`, bytes };
  };
}

/**
 * All files through one program, in order.
 * @param {ProgramName} program @param {number} count @param {(i: number) => {name: string, bytes: Buffer}} file
 */
async function runAll(program, count, file) {
  const loader = new Loader(program);
  /** @type {Map<string, number>} */
  const codes = new Map();
  const start = Date.now();
  let [failed, done, slowest] = [0, 0, 0];
  try {
    for (; done < count && failed < enough; done += 1) {
      const { name, bytes } = file(done);
      const answer = await loader.load(bytes);
      codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1);
      slowest = Math.max(slowest, answer.milliseconds);
      const problem = fault(answer);
      if (problem !== undefined) {
        failed += 1;
        save(program, name, bytes, problem);
      }
      if ((done + 1) % 10_000 === 0) {
        console.log(`  ${program}: ${done + 1} files, ${((Date.now() - start) / 1000).toFixed(0)} s`);
      }
    }
  } finally {
    loader.close();
  }
  const table = [...codes].sort(([, a], [, b]) => b - a).map(([code, n]) => `${code} ${n}`).join(', ');
  console.log(`  ${program}: ${done} files in ${((Date.now() - start) / 1000).toFixed(0)} s, slowest ${slowest.toFixed(0)} ms; ${table}`);
  if (failed >= enough) console.log(`  ${program}: ended after ${enough} findings`);
  // Mutations that never load, or always do, test little.
  const ran = codes.get('OK') ?? 0;
  if (count >= 1000 && failed < enough && (ran < done / 100 || ran > done / 2)) {
    failed += 1;
    console.log(`  FAILED ${program}: ${ran} of ${done} files ran, which is too few or too many to mean anything`);
  }
  return { passed: done - Math.min(failed, done), failed };
}

async function main() {
  const values = parse();
  if (values.help) {
    console.log(usage);
    return 0;
  }
  for (const program of values.built ? [] : values.programs) {
    if (program === 'web') await webModule();
    else await build(program === 'asan' ? 'native-asan' : 'native-release', ['gossamer_load_models']);
  }
  const files = values.file?.split(',');
  const file = files
    ? (/** @type {number} */ i) => ({ name: path.basename(files[i], '.onnx'), bytes: readFileSync(files[i]) })
    : mutations(values.seed ? Number(values.seed) : Date.now() % 1e9);
  const count = files?.length ?? values.count;
  const results = await Promise.all(values.programs.map((program) => runAll(program, count, file)));
  const [passed, failed] = [results.reduce((sum, r) => sum + r.passed, 0), results.reduce((sum, r) => sum + r.failed, 0)];
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
