// The browser of tests and benchmarks: Debian's Chromium, found at CHROMIUM_PATH or in its usual
// place; nothing is downloaded. The flags keep it from doing anything but showing our pages.
import { existsSync } from 'node:fs';

export const chromiumFlags = [
  '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run', '--disable-quic',
];

/** The whole browser. @returns {string} */
export const findChromium = () => first('chromium', ['/usr/bin/chromium', '/usr/bin/chromium-browser']);

/**
 * Chromium without its own surface, which shows pages all the same: the whole one starts in ten times the time
 * and takes twice the processor's for a page. Where it is missing, the whole one.
 * @returns {string}
 */
export const findHeadlessShell = () => first('chromium-headless-shell',
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser']);

/** @param {string} name  of the package @param {string[]} places @returns {string} */
function first(name, places) {
  const found = [process.env.CHROMIUM_PATH, ...places].find((path) => path && existsSync(path));
  if (!found) throw new Error(`no Chromium: install the package "${name}" or set CHROMIUM_PATH`);
  return found;
}
