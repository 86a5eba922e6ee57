// The worker of one contender: starts it, keeps its inputs, and times runs. Calls arrive as
// {id, method, args} and are answered as {id, value} or {id, error}.

import { compileSpans, covered, downloadSpans, heapBytes } from './spans.js';
import { createContender } from './contender.js';

/** @typedef {import('./contender.js').Contender} Contender */
/** @typedef {import('./contender.js').ContenderConfig} ContenderConfig */

/** @type {Contender | undefined} */
let contender;

const started = () => {
  if (!contender) throw new Error('the contender has not been started');
  return contender;
};

const methods = {
  /**
   * Starts the contender and says how long each part of that took, in milliseconds.
   * @param {ContenderConfig} config
   */
  async start(config) {
    const modelUrl = new URL(config.modelUrl, location.href).href;
    const begin = performance.now();
    const begun = await createContender(config);
    const end = performance.now();
    contender = begun.contender;
    const runtime = downloadSpans((url) => url !== modelUrl && !url.includes('/bench/browser/'));
    const model = downloadSpans((url) => url === modelUrl);
    return {
      download: covered(runtime),
      compile: covered(compileSpans),
      // Making the session also fetches and compiles where a runtime puts that off until then.
      load: begun.create[1] - begun.create[0] - covered([...runtime, ...compileSpans], begun.create),
      modelDownload: covered(model),
      ready: end - begin,
      version: begun.version,
    };
  },

  /** The first output for each of the inputs that lie at these addresses. @param {string[]} urls */
  async outputs(urls) {
    const outputs = [];
    for (const url of urls) {
      await started().feed(url);
      await started().run();
      outputs.push(await started().read());
    }
    return outputs;
  },

  /** @param {string} url */
  async feed(url) {
    await started().feed(url);
  },

  /** Milliseconds of each of some runs. @param {number} runs */
  async turn(runs) {
    const times = [];
    for (let i = 0; i < runs; i += 1) times.push(await started().run());
    return times;
  },

  /** Preprocessing and postprocessing of pictures. @param {{width: number, height: number, runs: number}} args */
  async pictures({ width, height, runs }) {
    const results = [];
    for (let i = 0; i < runs; i += 1) {
      const image = await createImageBitmap(scene(width, height, i));
      results.push(await started().classify(image));
      image.close();
    }
    return results;
  },

  /** The classes of pictures in files. @param {string[]} urls */
  async answers(urls) {
    const { answer } = started();
    if (!answer) throw new Error('this contender takes no pictures');
    const answers = [];
    for (const url of urls) answers.push(await answer.call(contender, url));
    return answers;
  },

  /** Milliseconds of a fixed amount of work: what differs between two calls, the machine did. */
  async spin() {
    const begin = performance.now();
    let state = 1;
    for (let i = 0; i < 4_000_000; i += 1) state = (Math.imul(state, 1664525) + 1013904223) | 0;
    // The condition is never true, but the compiler cannot know, and so keeps the loop.
    return performance.now() - begin + (state === 0.5 ? 1 : 0);
  },

  heap: () => Promise.resolve(heapBytes()),

  async close() {
    await contender?.release();
    contender = undefined;
  },
};

/** A picture, another one for each seed. @param {number} width @param {number} height @param {number} seed */
function scene(width, height, seed) {
  const image = new ImageData(width, height);
  for (let i = 0; i < image.data.length; i += 1) {
    image.data[i] = i % 4 === 3 ? 255 : (i * (seed + 3) + (i >> 9)) & 255;
  }
  return image;
}

self.onmessage = async (/** @type {MessageEvent<{id: number, method: keyof typeof methods, args: any}>} */ event) => {
  const { id, method, args } = event.data;
  try {
    self.postMessage({ id, value: await methods[method](/** @type {never} */ (args)) });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    self.postMessage({ id, error: text });
  }
};
