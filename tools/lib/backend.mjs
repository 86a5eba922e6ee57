// `gossamer test` over many folders of ONNX backend tests: in batches, so that progress can be told
// and one folder that takes the process down costs only its own result.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CommandError, root, run } from './run.mjs';

/**
 * @typedef {'passed' | 'failed' | 'skipped'} Outcome
 * @typedef {{outcome: Outcome, reason: string}} Verdict
 *
 * @typedef {object} Program
 * @property {string} name
 * @property {string[]} command
 */

/** The command line of both builds, by the name that tables give it. @type {Program[]} */
export const programs = [
  { name: 'native', command: [path.join(root, 'build/native/gossamer')] },
  { name: 'wasm', command: [process.execPath, path.join(root, 'build/wasm/gossamer-cli.mjs')] },
];

/**
 * The results in what the program printed, null when it died before it printed them.
 * @param {string} output
 * @returns {{name: string, outcome: Outcome, reason: string}[] | null}
 */
function parseResults(output) {
  const line = output.split('\n').find((text) => text.startsWith('{"tests":'));
  try {
    return line ? JSON.parse(line).tests : null;
  } catch {
    return null;
  }
}

/**
 * @param {Program} program
 * @param {string[]} folders
 * @param {string[]} options
 * @param {number} seconds
 * @returns {Promise<Verdict[]>}
 */
async function runBatch(program, folders, options, seconds) {
  const [command, ...first] = program.command;
  const args = ['-k', '5', String(seconds), command, ...first, 'test', '--json', ...options, ...folders];
  let ended = '';
  const output = await run('timeout', args).catch((error) => {
    if (!(error instanceof CommandError)) throw error;
    ended = `${error.status}`;
    return error.output;
  });
  const results = parseResults(output);
  if (results?.length === folders.length) return results;
  if (folders.length === 1) {
    const last = output.trim().split('\n').at(-1) ?? '';
    return [{ outcome: 'failed', reason: `the program ended with ${ended} and no result: ${last}` }];
  }
  const half = folders.length >> 1;
  return [
    ...(await runBatch(program, folders.slice(0, half), options, seconds)),
    ...(await runBatch(program, folders.slice(half), options, seconds)),
  ];
}

/**
 * Runs folders, each of which holds a model.onnx, and resolves to a verdict for each, in order.
 * @param {Program} program
 * @param {string[]} folders
 * @param {{options?: string[], batch?: number, seconds?: number, progress?: (done: number) => void}} [settings]
 *   options: more arguments of `gossamer test`; seconds: a batch that takes longer counts as hanging
 * @returns {Promise<Verdict[]>}
 */
export async function runFolders(program, folders, settings = {}) {
  const { options = [], batch = 200, seconds = 120, progress = () => {} } = settings;
  const missing = folders.find((folder) => !existsSync(path.join(folder, 'model.onnx')));
  if (missing) throw new Error(`${missing} holds no model.onnx`);
  /** @type {Verdict[]} */
  const verdicts = [];
  while (verdicts.length < folders.length) {
    const part = folders.slice(verdicts.length, verdicts.length + batch);
    for (const verdict of await runBatch(program, part, options, seconds)) verdicts.push(verdict);
    progress(verdicts.length);
  }
  return verdicts;
}
