// The package's own package.json: which file an app gets, by what it is.

/** Where Node takes its form, bundlers theirs, and a page that imports by address what finds its files beside itself. */
const entry = (/** @type {string} */ name) => ({
  // Each has types of its own: Node's form takes paths as well.
  node: { types: `./node/${name}.d.ts`, default: `./node/${name}.js` },
  types: `./${name}.d.ts`,
  browser: `./bundler/${name}.js`,
  default: `./${name}.js`,
});

/** Files that a page or a bundler needs by their own address. */
const file = (/** @type {string} */ name) => `./${name}`;

/** @param {Record<string, any>} self  the repository's package.json */
export function manifestOf({ name, version, description, license, keywords }) {
  return {
    name, version, description, license, keywords,
    type: 'module',
    // Those that do something when they are imported; a bundler drops what else nobody uses.
    sideEffects: ['**/*worker.js', '**/*.global.js'],
    engines: { node: '>=20.19' },
    main: './gossamer.js',
    types: './gossamer.d.ts',
    unpkg: './single/gossamer.global.js',
    jsdelivr: './single/gossamer.global.js',
    exports: {
      '.': entry('gossamer'),
      './session': entry('session'),
      './ort': entry('ort'),
      './tools': entry('tools'),
      './extras': entry('extras'),
      './beside': { types: './gossamer.d.ts', default: './gossamer.js' },
      './single': { types: './single/gossamer.d.ts', default: './single/gossamer.js' },
      './single/ort': { types: './single/ort.d.ts', default: './single/ort.js' },
      './single/gossamer.global.js': file('single/gossamer.global.js'),
      './single/ort.global.js': file('single/ort.global.js'),
      './service-worker': { types: './service-worker.d.ts', default: './service-worker.js' },
      './isolation': { types: './isolation.d.ts', default: './isolation.js' },
      './isolation-worker': file('isolation-worker.js'),
      './worker': { types: './worker.d.ts', default: './worker.js' },
      './wasm/*': file('wasm/*'),
      './package.json': file('package.json'),
    },
  };
}
