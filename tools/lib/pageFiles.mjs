// The list by which the page's service worker keeps the site (web/page-worker.js): every file with its
// SHA-256, and which of them the first visit keeps at once. Written last, when the site is complete.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Not fetched by the page, or the worker's own. */
const skipped = /\.(map|d\.ts)$|(^|\/)(page-worker|page-files|service-worker|isolation(-worker)?)\.js$|^package\.json$/;
/** Kept once they are used: large, or only for some browsers and models. */
const later = /^(wasm|peers)\/|^models\/(?!probes\/|.*\.(json|txt)$)/;

/** The policy that a page states. @param {string} html */
export function policyOf(html) {
  return /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
}

/**
 * @param {string} site  folder of the site
 * @param {{except?: string[]}} [options]  folders that are not the page's
 */
export function writePageFiles(site, { except = [] } = {}) {
  /** @type {Record<string, string>} */
  const files = {};
  const names = readdirSync(site, { recursive: true, encoding: 'utf8' }).map((name) => name.split(path.sep).join('/')).sort();
  for (const name of names) {
    if (skipped.test(name) || except.some((folder) => name.startsWith(`${folder}/`))) continue;
    const file = path.join(site, name);
    if (!statSync(file).isFile()) continue;
    files[name] = createHash('sha256').update(readFileSync(file)).digest('hex');
  }
  const first = Object.keys(files).filter((name) => !later.test(name));
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const list = JSON.stringify({ version, files, first, policy: policyOf(readFileSync(path.join(site, 'index.html'), 'utf8')) }, null, 1);
  writeFileSync(path.join(site, 'page-files.js'), `// Made by the build for page-worker.js.\nself.pageFiles = ${list};\n`);
}
