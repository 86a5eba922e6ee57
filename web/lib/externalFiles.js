// Downloads the files that lie beside a model at its address. Few models have such files, so this
// comes with what is seldom needed.

import { fetchChecked, readBody, verify } from './download.js';
import { GossamerError, check } from './error.js';
import { openKept } from './kept.js';
import { digestOf } from './modelFiles.js';

/** @typedef {import('./modelFiles.js').RemoteFile} RemoteFile */

/**
 * @param {RemoteFile[]} remote
 * @param {import('./modelFiles.js').LoadOptions} options
 * @param {ReturnType<typeof import('./download.js').progressOfAll>} addProgress
 * @returns {Promise<Blob[]>}
 */
export async function downloadFiles(remote, options, addProgress) {
  const { signal: outer, sha256, cache, maxMemoryBytes } = options;
  const sizes = remote.map(({ bytes }) => bytes);
  checkBudget(sizes, maxMemoryBytes);
  check(!remote.length || typeof sha256 !== 'string', 'sha256', 'one digest',
    'a digest for each file, by its name', 'the weights lie in files of their own');
  const digests = remote.map(({ name }) =>
    (typeof sha256 === 'object' ? digestOf(sha256, name) : undefined));
  const stop = new AbortController();
  const abort = () => stop.abort();
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort);
  const { signal } = stop;
  try {
    // The heads of all first: a file that is not there is found before the others are loaded.
    const heads = await Promise.allSettled(remote.map(({ name, url }, i) => {
      const fetched = () => fetchChecked(url, `the model's file ${name}`, signal);
      const digest = digests[i];
      return cache && digest ? openKept(cache, digest, fetched) : openFetched(fetched);
    }));
    const opened = heads.flatMap((head) => (head.status === 'fulfilled' ? [head.value] : []));
    if (opened.length < heads.length) throw unreachable(remote, heads);
    const reports = sizes.map((size) => addProgress(size));
    const read = await Promise.all(opened.map((file, i) => file.read((response) => readBody(remote[i].url, response, {
      signal, sha256: digests[i], onProgress: (received, total) => {
        sizes[i] = Math.max(sizes[i], received);
        checkBudget(sizes, maxMemoryBytes);
        reports[i](received, total);
      },
    }))));
    return read.map(({ bytes }) => new Blob([bytes]));
  } finally {
    outer?.removeEventListener('abort', abort);
    abort();  // what is still on its way when one has failed
  }
}

/**
 * Rejects unless files that the caller gave have their digests, where such are stated.
 * @param {[name: string, file: Blob][]} files
 * @param {import('./modelFiles.js').LoadOptions['sha256']} digests
 */
export async function verifyGiven(files, digests) {
  if (typeof digests !== 'object') return;
  for (const [name, file] of files) {
    if (Object.hasOwn(digests, name)) await verify(name, new Uint8Array(await file.arrayBuffer()), digests[name]);
  }
}

/** A file that is not kept. @param {() => Promise<Response>} download @returns {Promise<import('./kept.js').Opened>} */
async function openFetched(download) {
  const response = await download();
  return { read: (reader) => reader(response) };
}

/** @param {number[]} sizes @param {number} [limit] */
function checkBudget(sizes, limit = Infinity) {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= limit) return;
  throw new GossamerError({
    code: 'BUDGET', stage: 'download', message: 'the files of this model are larger than you allowed',
    attribute: 'maxMemoryBytes', got: `${bytes} bytes`, expected: `at most ${limit}`,
  });
}

/**
 * The failure that there was, or one for all of them.
 * @param {RemoteFile[]} remote
 * @param {PromiseSettledResult<unknown>[]} heads
 */
function unreachable(remote, heads) {
  const failures = heads.flatMap((head) => (head.status === 'rejected' ? [head.reason] : []));
  const [{ code, stage, got, cause }] = failures;
  if (failures.length === 1 || code !== 'NETWORK') return failures[0];
  const names = remote.filter((_, i) => heads[i].status === 'rejected').map(({ name }) => name);
  return new GossamerError({
    code, stage, got, cause, message: `files of the model cannot be loaded: ${names.join(', ')}`,
  });
}
