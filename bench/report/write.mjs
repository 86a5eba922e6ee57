// Writes the report's files.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { htmlReport } from './html.mjs';
import { markdownReport } from './markdown.mjs';

/** @param {string} file @param {string} text */
export function save(file, text) {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, text);
}

/** @param {string} folder @param {import('./figures.mjs').Results} results */
export function writeReport(folder, results) {
  save(path.join(folder, 'index.html'), htmlReport(results));
  save(path.join(folder, 'report.md'), markdownReport(results));
  save(path.join(folder, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
}
