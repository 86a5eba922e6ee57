// A worker in which Gossamer and another runtime compute the same model in turns, both on this thread. It
// is made for one comparison and ended after it, and with it everything that the other runtime loaded.
import { compareRuntimes, feedOf } from './compare.js';

/**
 * @typedef {object} Job
 * @property {string} library  address of ort.js
 * @property {string} [level]
 * @property {{module: string, files: string}} peer  addresses
 * @property {Blob | string} model
 */

self.addEventListener('message', async ({ data }) => {
  try {
    self.postMessage({ result: await compare(data) });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});

/** @param {Job} job */
async function compare({ library, level, peer, model }) {
  const bytes = new Uint8Array(await (typeof model === 'string' ? await fetch(model) : new Response(model)).arrayBuffer());
  const ours = await import(library);
  const theirs = await import(peer.module);
  for (const { env } of [ours, theirs]) Object.assign(env.wasm, { numThreads: 1, proxy: false });
  theirs.env.wasm.wasmPaths = peer.files;
  ours.env.wasm.simd = level === 'base' ? false : level === 'simd' ? 'fixed' : true;
  const own = await sessionOf(ours, bytes);
  const other = await sessionOf(theirs, bytes);
  const feed = feedOf(own.inputs);
  if (typeof feed === 'string') throw new Error(feed);
  return compareRuntimes({ ours: own.run, theirs: other.run }, feed, {
    onRound: (rounds, mine, its) => self.postMessage({ round: { rounds, ours: mine, theirs: its } }),
  });
}

/** @param {any} ort @param {Uint8Array} bytes */
async function sessionOf(ort, bytes) {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  /** @type {import('./compare.js').Runtime} */
  const run = async ({ type, data, dims }) => {
    const feeds = { [input]: new ort.Tensor(type, data, dims) };
    const begin = performance.now();
    const results = await session.run(feeds);
    const milliseconds = performance.now() - begin;
    return { values: Array.from(results[output].data, Number), milliseconds };
  };
  return { run, inputs: session.inputMetadata };
}
