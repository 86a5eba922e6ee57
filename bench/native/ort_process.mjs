// Native onnxruntime in a process of its own, driven by messages {id, method, args} from
// bench/lib/native.mjs, as the worker of a page is.
import { readFileSync } from 'node:fs';
import ort from 'onnxruntime-node';

/** @type {import('onnxruntime-node').InferenceSession} */
let session;
/** @type {number[]} */
let shape = [];
let emptyBytes = 0;
/** @type {Record<string, import('onnxruntime-node').Tensor>} */
let feeds = {};

/** @param {string} file */
function feed(file) {
  const { buffer, byteOffset, length } = readFileSync(file);
  const values = new Float32Array(buffer.slice(byteOffset, byteOffset + length));
  feeds = { [session.inputNames[0]]: new ort.Tensor('float32', values, shape) };
}

const methods = {
  /** @param {{file: string, threads: number, shape: number[]}} args */
  async start(args) {
    ({ shape } = args);
    emptyBytes = process.memoryUsage.rss();
    const begin = performance.now();
    session = await ort.InferenceSession.create(args.file, {
      intraOpNumThreads: args.threads, interOpNumThreads: 1, executionMode: 'sequential',
      graphOptimizationLevel: 'all', logSeverityLevel: 3,
    });
    const load = performance.now() - begin;
    return { load, ready: load };
  },

  /** @param {string[]} files */
  async outputs(files) {
    const outputs = [];
    for (const file of files) {
      feed(file);
      const results = await session.run(feeds);
      outputs.push(Array.from(/** @type {Float32Array} */ (results[session.outputNames[0]].data)));
    }
    return outputs;
  },

  /** @param {string} file */
  async feed(file) {
    feed(file);
  },

  /** @param {number} runs */
  async turn(runs) {
    const times = [];
    for (let i = 0; i < runs; i += 1) {
      const begin = performance.now();
      await session.run(feeds);
      times.push(performance.now() - begin);
    }
    return times;
  },

  /** By how much the process, at its peak, outgrew Node with the library in it; in bytes. */
  memory: async () => process.resourceUsage().maxRSS * 1024 - emptyBytes,
};

process.on('message', async (/** @type {{id: number, method: keyof typeof methods, args: never}} */ call) => {
  const { id, method, args } = call;
  try {
    process.send?.({ id, value: await methods[method](args) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
