// The browser of tests and benchmarks: Debian's Chromium, found at CHROMIUM_PATH or in its usual
// place; nothing is downloaded. The flags keep it from doing anything but showing our pages.
import { existsSync } from 'node:fs';

export const chromiumFlags = [
  '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run', '--disable-quic',
];

/** @returns {string} */
export function findChromium() {
  const candidates = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error('no Chromium: install the package "chromium" or set CHROMIUM_PATH');
  return found;
}
