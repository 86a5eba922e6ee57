// The page's libraries on their way from npm to dist/vendor: of lit-html the files that the page imports
// and what they import themselves, laid out as in the package; of d3-dsv its reader and writer of tables.
// Their licences lie beside them.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './run.mjs';

/** What the page's modules may import; web/vendor has types for each. */
const modules = ['lit-html.js', 'directives/live.js', 'directives/repeat.js'];

/** @param {string} folder  dist/vendor */
export function copyVendor(folder) {
  const source = path.join(root, 'node_modules/lit-html');
  const seen = new Set();
  /** @param {string} name */
  const copy = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    // The maps are not copied, so nothing should ask for them.
    const text = readFileSync(path.join(source, name), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
    for (const [, imported] of text.matchAll(/(?:import|from)\s*["'](\.[^"']+)["']/g)) {
      copy(path.posix.join(path.posix.dirname(name), imported));
    }
  };
  for (const name of modules) copy(name);
  cpSync(path.join(source, 'LICENSE'), path.join(folder, 'lit-html.LICENSE.txt'));
  const tables = path.join(root, 'node_modules/d3-dsv');
  cpSync(path.join(tables, 'src/dsv.js'), path.join(folder, 'd3-dsv.js'));
  cpSync(path.join(tables, 'LICENSE'), path.join(folder, 'd3-dsv.LICENSE.txt'));
}
