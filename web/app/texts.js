// Every text of the page that a person reads, one object per view, so that wording is looked after in
// one place. index.html holds those that are there before any script runs.

export const texts = {
  frame: {
    views: {
      classify: 'Classify', models: 'Models', inspect: 'Inspect', measure: 'Measure', evaluate: 'Evaluate',
    },
    /** @param {string} title */
    viewFailed: (title) => `${title} could not be opened`,
  },

  model: {
    none: 'No models here; open one of your own',
    noList: 'No models found; open one of your own',
    noListHint: 'You can still open an .onnx file of your own',
    levels: { base: 'no SIMD', simd: 'SIMD', relaxed: 'relaxed SIMD' },
    /** @param {number} count */
    threads: (count) => (count === 1 ? '1 thread' : `${count} threads`),
    /** @param {string} level @param {string} threads */
    ready: (level, threads) => `Ready · ${level} · ${threads}`,
    /** @param {string} title */
    isReady: (title) => `${title} is ready`,
    /** @param {string} title */
    loading: (title) => `Loading ${title}`,
    /** @param {string} title */
    preparing: (title) => `Preparing ${title}`,
    /** @param {string} title @param {string} far */
    downloading: (title, far) => `Downloading ${title}, ${far}`,
    /** @param {string} [kept]  title of the model that stays */
    cancelled: (kept) => `Cancelled${kept ? `; still using ${kept}` : ''}`,
    /** @param {string} title @param {string} [kept] */
    failed: (title, kept) => `${title} did not load${kept ? `; still using ${kept}` : ''}`,
  },

  classify: {
    draw: 'Draw here',
    drawDigit: 'Draw a digit',
    startCamera: 'Start camera',
    stopCamera: 'Stop camera',
    /** @param {number} number */
    camera: (number) => `Camera ${number}`,
    notFinite: 'not a number',
    /** @param {string} rate */
    perSecond: (rate) => `${rate} per second`,
    noPicture: 'the browser cannot decode it as a picture',
    pictureWanted: 'PNG, JPEG, WebP or another image format',
  },

  models: {},
  inspect: {},
  measure: {},
  evaluate: {},
};
