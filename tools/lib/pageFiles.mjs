// The list by which the page's service worker keeps the site (web/page-worker.js): every file with its
// SHA-256, and which of them the first visit keeps at once. And the version of the page's code, twice: in
// index.html, for the page that is open, and in a file of its own, for the site as it is by now
// (web/app/part.js compares them). Written last, when the site is complete.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Not fetched by the page, or the worker's own. */
const skipped = /\.(map|d\.ts)$|(^|\/)(page-worker|page-files|service-worker|isolation(-worker)?)\.js$|^(package\.json|page-version\.txt)$/;
/** Kept once they are used: large, or only for some browsers and models. */
const later = /^(wasm|peers)\/|^models\/(?!probes\/|.*\.(json|txt)$)/;

/** What the build writes into the page: its version, and that modules are still being built. */
const marks = /\n? *<meta name="(version|unfinished)"[^>]*>/g;

/** The policy that a page states. @param {string} html */
export function policyOf(html) {
  return /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
}

/**
 * @param {string} site  folder of the site
 * @param {{except?: string[]}} [options]  folders that are not the page's
 */
export function writePageFiles(site, { except = [] } = {}) {
  const codeVersion = stateVersion(site);
  /** @type {Record<string, string>} */
  const files = {};
  const names = namesIn(site);
  for (const name of names) {
    if (skipped.test(name) || except.some((folder) => name.startsWith(`${folder}/`))) continue;
    const file = path.join(site, name);
    if (!statSync(file).isFile()) continue;
    files[name] = digestOf(readFileSync(file));
  }
  const first = Object.keys(files).filter((name) => !later.test(name));
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const list = JSON.stringify({ version, files, first, policy: policyOf(readFileSync(path.join(site, 'index.html'), 'utf8')) }, null, 1);
  writeFileSync(path.join(site, 'page-version.txt'), codeVersion);
  writeFileSync(path.join(site, 'page-files.js'), `// Made by the build for page-worker.js.\nself.pageFiles = ${list};\n`);
}

/**
 * Writes into index.html which version of the page's code it belongs to. Modules and models may still come, or come
 * anew, without another version of the code.
 * @param {string} site
 */
function stateVersion(site) {
  const index = path.join(site, 'index.html');
  const html = readFileSync(index, 'utf8');
  const plain = html.replace(marks, '');
  const code = namesIn(site).filter((name) => /\.(js|css)$/.test(name) && !skipped.test(name) && !later.test(name) && !name.startsWith('models/'));
  const digests = code.map((name) => [name, digestOf(readFileSync(path.join(site, name)))]);
  const version = digestOf(JSON.stringify([digestOf(plain), digests])).slice(0, 16);
  const rest = html.replace(/\n? *<meta name="version"[^>]*>/g, '');
  writeFileSync(index, rest.replace('</title>', `</title>\n  <meta name="version" content="${version}">`));
  return version;
}

/** @param {string} site */
const namesIn = (site) => readdirSync(site, { recursive: true, encoding: 'utf8' }).map((name) => name.split(path.sep).join('/')).sort();

/** @param {string | Buffer} bytes */
const digestOf = (bytes) => createHash('sha256').update(bytes).digest('hex');
