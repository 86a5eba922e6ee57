// Everything that a report must say for its figures to be repeated: machine, browser, commit, command.
import { cpus, release, totalmem, type } from 'node:os';
import { CommandError, run } from '../../tools/lib/run.mjs';
import { browserFlags } from './browser.mjs';

/**
 * @typedef {object} Circumstances
 * @property {string} date
 * @property {string} command
 * @property {string} commit
 * @property {boolean} changed  files differed from that commit
 * @property {{cpu: string, cores: number, memory: number, system: string}} machine
 * @property {{name: string, version: string, flags: string[]}} browser
 * @property {string} node
 */

/** @param {string[]} args */
const git = (args) => run('git', args).then((text) => text.trim(), (error) => {
  if (error instanceof CommandError || error.code === 'ENOENT') return '';  // an export without history
  throw error;
});

/** @param {import('./browser.mjs').Lab} lab @param {string[]} args @returns {Promise<Circumstances>} */
export async function circumstances(lab, args) {
  const [{ model: cpu = 'unknown' } = {}, ...others] = cpus();
  return {
    date: new Date().toISOString(),
    command: ['npm run bench --', ...args].join(' '),
    commit: await git(['rev-parse', 'HEAD']),
    changed: (await git(['status', '--porcelain', '--untracked-files=no'])) !== '',
    machine: { cpu: cpu.trim(), cores: others.length + 1, memory: totalmem(), system: `${type()} ${release()}` },
    browser: { name: 'Chromium', version: lab.browser.version(), flags: browserFlags },
    node: process.version,
  };
}
