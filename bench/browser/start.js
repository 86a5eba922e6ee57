// One visit to a page that classifies: the library is loaded, a model from its address, and a gray picture
// classified; then the same model a second time in the same page. The driver (bench/start.mjs) puts the contender
// into the page's address and reads what `visit` resolves to. Times are in milliseconds; those of the
// navigation count from its beginning.

/**
 * @typedef {object} Contender
 * @property {'gossamer' | 'ort'} api
 * @property {string} library  address of its module
 * @property {string} wasmPaths
 * @property {string} model  address
 * @property {number[]} shape  of the model's input, NCHW
 * @property {number} threads
 *
 * @typedef {object} Session
 * @property {number} load  from the call until the model is ready
 * @property {number} first  the first classification
 * @property {number} best  index of the likeliest class
 * @property {number} score  its probability
 * @property {Record<string, number>} phases  what the library says of its load
 *
 * @typedef {object} Visit
 * @property {number} script  when this script began
 * @property {number} library  how long importing the library took
 * @property {number} answer  when the first result was there
 * @property {Session} one
 * @property {Session} two
 */

/** The picture: what every pixel is, 0 to 255. */
const GRAY = 96;

const makers = { gossamer: makeClassifier, ort: makeSession };

/** @returns {Promise<Visit>} */
async function visit() {
  const script = performance.now();
  /** @type {Contender} */
  const contender = JSON.parse(decodeURIComponent(location.search.slice(1)));
  const library = await import(contender.library);
  const imported = performance.now() - script;
  const make = makers[contender.api];
  const one = await session(make, library, contender);
  const answer = performance.now();
  const two = await session(make, library, contender);
  return { script, library: imported, answer, one: await one(), two: await two() };
}

/**
 * @param {typeof makeClassifier} make
 * @param {any} library
 * @param {Contender} contender
 * @returns {Promise<() => Promise<Session>>}  what came of it is asked for later: that takes time as well
 */
async function session(make, library, contender) {
  const begin = performance.now();
  const { classify, phases } = await make(library, contender);
  const ready = performance.now();
  const { best, score } = await classify();
  const first = performance.now() - ready;
  return async () => ({ load: ready - begin, first, best, score, phases: await phases() });
}

/** @param {any} library @param {Contender} contender */
async function makeClassifier({ ImageClassifier }, { model, wasmPaths, threads, shape: [, channels, height, width] }) {
  const recipe = `channels=${channels === 1 ? 'gray' : 'rgb'}`;
  const classifier = await ImageClassifier.createFromModelPath(model, { wasmPaths, threads, recipe, maxResults: 1 });
  const picture = new ImageData(width, height);
  picture.data.fill(GRAY).forEach((_, i) => { if (i % 4 === 3) picture.data[i] = 255; });
  return {
    async classify() {
      const { classifications: [{ categories: [{ index, score }] }] } = await classifier.classify(picture);
      return { best: index, score };
    },
    async phases() {
      const { loadTiming, threads: got, threadReason } = await classifier.info();
      if (got !== threads) throw new Error(`it computes on ${got} threads: ${threadReason}`);
      return loadTiming;
    },
  };
}

/** onnxruntime-web. @type {typeof makeClassifier} */
async function makeSession(ort, { model, wasmPaths, threads, shape }) {
  ort.env.wasm.wasmPaths = new URL(wasmPaths, location.href).href;
  ort.env.wasm.numThreads = threads;
  const made = await ort.InferenceSession.create(model);
  return {
    async classify() {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const input = new ort.Tensor('float32', new Float32Array(size).fill(GRAY / 255), shape);
      const outputs = await made.run({ [made.inputNames[0]]: input });
      const scores = outputs[made.outputNames[0]].data;
      const best = scores.reduce((/** @type {number} */ at, /** @type {number} */ value, /** @type {number} */ i) =>
        (value > scores[at] ? i : at), 0);
      const sum = scores.reduce((/** @type {number} */ total, /** @type {number} */ value) => total + Math.exp(value - scores[best]), 0);
      return { best, score: 1 / sum };
    },
    phases: async () => ({}),
  };
}

Object.assign(globalThis, { visited: visit() });
