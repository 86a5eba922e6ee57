// Makes the library's files of the modules in web/: each entry becomes one minified file with a source
// map beside it. A page loads nothing twice: what gossamer.js consists of is in that file alone, and the
// other entries import it from there, by names with an underscore in front ("_check"), which are no part
// of the library's interface. What extras.js takes from tools.js it imports from that file. Workers are pages of their own, so theirs are whole.
//
// esbuild puts modules together; terser, which takes longer, makes the result smaller than esbuild would.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { minify } from './minify.mjs';
import { root } from './run.mjs';

const web = path.join(root, 'web');
const LIBRARY = 'gossamer.js';
/** Entries that others import as they are. */
const whole = [LIBRARY, 'tools.js'];
/** Entries that a page loads beside gossamer.js; those in folders, when they are needed. */
const beside = [
  'session.js', 'ort.js', 'tools.js', 'extras.js', 'service-worker.js', 'lib/engine.js', 'lib/seldom.js', 'tools/engine.js',
];
const workers = ['worker.js', 'tools/worker.js'];

/** What is made into files, and not copied to the site as it is. Paths within web/. */
export const bundled = /^(lib|tools|extras|package)(\/|$)|^(gossamer|session|ort|tools|extras|service-worker|worker|beside|toolsBeside)\.js$/;

/**
 * A form of the library for other surroundings than a page that has all files beside each other.
 * @typedef {object} Form
 * @property {Record<string, string>} [replaced]  modules of web/ by those that take their place; these may import them
 * @property {import('esbuild').BuildOptions} [options]  such as names that are not those of a browser
 * @property {string[]} [left]  entries that it has no use for
 * @property {boolean} [readable]  not minified
 */

/** @param {string} dist  folder of the site @param {Form} [form] */
export async function bundleLibrary(dist, form = {}) {
  const esbuild = await import('esbuild');  // set-up brings it: this file is read before
  const there = (/** @type {string} */ entry) => !form.left?.includes(entry);
  const build = (/** @type {string} */ entry, /** @type {ReadonlySet<string>} */ shared, /** @type {import('esbuild').BuildOptions} */ options) =>
    bundle(esbuild, { ...form.options, plugins: [sharing(entry, shared, form)], ...options });
  const { metafile } = await build(LIBRARY, new Set(), { entryPoints: [path.join(web, LIBRARY)] });
  const shared = new Set(Object.keys(metafile?.inputs ?? {}).map((file) => path.relative(web, path.resolve(root, file))));
  /** @type {Set<string>} */
  const used = new Set();
  for (const entry of beside.filter(there)) {
    const built = await build(entry, shared, { entryPoints: [path.join(web, form.replaced?.[entry] ?? entry)] });
    const names = await writeEntry(dist, entry, built, form);
    for (const name of names) used.add(name);
  }
  const contents = await withInsides(new Set([...shared].filter((module) => !form.replaced?.[module])), used);
  await writeEntry(dist, LIBRARY, await build(LIBRARY, new Set(), {
    stdin: { contents, resolveDir: web, sourcefile: 'bundle.js' },
  }), form);
  for (const entry of workers.filter(there)) {
    const entryPoints = [path.join(web, form.replaced?.[entry] ?? entry)];
    await writeEntry(dist, entry, await bundle(esbuild, { ...form.options, plugins: [replacing(form)], entryPoints }), form);
  }
}

/**
 * The module that a form has in the place of what is imported, as a path.
 * @param {Form} form
 * @param {{path: string, resolveDir: string, importer: string}} wanted
 */
function moduleOf({ replaced = {} }, { path: name, resolveDir, importer }) {
  const file = path.join(resolveDir, name);
  const within = path.relative(web, file);
  const own = path.join(web, replaced[within] ?? within);
  return own === importer ? file : own;
}

/** Puts a form's own modules in the place of others. @param {Form} form @returns {import('esbuild').Plugin} */
function replacing(form) {
  return {
    name: 'replacing',
    setup: (build) => build.onResolve({ filter: /^\./, namespace: 'file' }, (wanted) => ({ path: moduleOf(form, wanted) })),
  };
}

/**
 * @param {typeof import('esbuild')} esbuild
 * @param {import('esbuild').BuildOptions} options
 */
function bundle(esbuild, options) {
  return esbuild.build({
    bundle: true, format: 'esm', target: 'es2022', charset: 'utf8', sourcemap: 'external', outfile: 'bundle.js',
    absWorkingDir: root, write: false, metafile: true, logLevel: 'error', ...options,
  });
}

/**
 * Leaves out what lies in other files: the modules of gossamer.js, the entries that are imported when
 * they are needed, and the scripts of the wasm modules.
 * @param {string} entry
 * @param {ReadonlySet<string>} shared  modules of gossamer.js
 * @param {Form} form
 * @returns {import('esbuild').Plugin}
 */
function sharing(entry, shared, form) {
  const from = (/** @type {string} */ file) => {
    const relative = path.posix.relative(path.posix.dirname(entry), file);
    return relative.startsWith('.') ? relative : `./${relative}`;
  };
  return {
    name: 'sharing',
    setup(build) {
      build.onResolve({ filter: /^\./, namespace: 'file' }, (wanted) => {
        const { path: name, resolveDir, kind } = wanted;
        const within = path.relative(web, path.join(resolveDir, name));
        const elsewhere = whole.includes(within) && entry !== within;
        // What others import when it is needed, service-worker.js imports at once, and so brings.
        if (elsewhere || within.startsWith('wasm/') || kind === 'dynamic-import') {
          return { path: from(within), external: true };
        }
        const file = moduleOf(form, wanted);
        return shared.has(path.relative(web, file)) ? { path: file, namespace: 'shared', sideEffects: false } : { path: file };
      });
      build.onLoad({ filter: /./, namespace: 'shared' }, async ({ path: file }) => {
        const list = (await namesOf(file)).map((name) => `_${name} as ${name}`);
        return { contents: `export { ${list.join(', ')} } from '${from(LIBRARY)}';` };
      });
      build.onResolve({ filter: /./, namespace: 'shared' }, ({ path: name }) => ({ path: name, external: true, sideEffects: false }));
    },
  };
}

/** What a module exports. Importing one of the library's does nothing else. @param {string} file */
async function namesOf(file) {
  return Object.keys(await import(pathToFileURL(file).href));
}

/**
 * The text of gossamer.js with what other entries take from it.
 * @param {ReadonlySet<string>} shared  its modules
 * @param {ReadonlySet<string>} used  names
 */
async function withInsides(shared, used) {
  const lines = [`export * from './${LIBRARY}';`];
  const missing = new Set(used);
  for (const module of shared) {
    for (const name of await namesOf(path.join(web, module))) {
      // gossamer.js itself hands on what others define.
      if (module === LIBRARY || !used.has(name)) continue;
      if (!missing.delete(name)) throw new Error(`two modules of ${LIBRARY} export '${name}'`);
      lines.push(`export { ${name} as _${name} } from './${module}';`);
    }
  }
  if (missing.size > 0) throw new Error(`${LIBRARY} lacks ${[...missing].join(', ')}`);
  return lines.join('\n');
}

/**
 * Leaves out of what a file takes from gossamer.js what it does not use: esbuild leaves it all in. Lines stay
 * where they are, for the map.
 * @param {string} code  as esbuild writes it
 * @returns {{code: string, names: string[]}}  names: that it takes, without the underscore
 */
function trimImports(code) {
  const pattern = /^import \{([^}]*)\} from "([./]*gossamer\.js)";$/gm;
  const statements = [...code.matchAll(pattern)];
  const blank = (/** @type {string} */ text) => text.replace(/[^\n]/g, '');
  const rest = code.replace(pattern, blank);
  const names = statements.flatMap(([, list]) => list.split(',').map((one) => one.trim()).filter(Boolean));
  const used = [...new Set(names)].filter((name) => new RegExp(`\\b${name.replace(/.* /, '')}\\b`).test(rest));
  const [first] = statements;
  if (!first) return { code, names: [] };
  const one = `import { ${used.join(', ')} } from "${first[2]}";${blank(first[0])}`;
  const before = rest.slice(0, first.index);
  return {
    code: `${before}${one}${rest.slice(before.length + blank(first[0]).length)}`,
    names: used.map((name) => name.replace(/^_(\w+).*/, '$1')),
  };
}

/**
 * Minifies and writes a file with its map.
 * @param {string} dist
 * @param {string} entry
 * @param {import('esbuild').BuildResult} result
 * @param {Form} form
 * @returns {Promise<string[]>}  names that it takes from gossamer.js, without the underscore
 */
async function writeEntry(dist, entry, { outputFiles = [] }, { readable }) {
  const text = (/** @type {RegExp} */ end) => String(outputFiles.find((file) => end.test(file.path))?.text);
  const file = path.join(dist, entry);
  const { code: put, names } = trimImports(text(/\.js$/));
  const { code, map } = readable ? { code: put.replaceAll(`${root}/`, ''), map: text(/\.map$/) }
    : await minify(path.basename(entry), put, { map: text(/\.map$/) });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, code);
  writeFileSync(`${file}.map`, map);
  return names;
}
