// The kernel benchmark in headless Chromium: what V8 makes of the kernels there, with the page's
// clock and memory.
import path from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../tools/lib/chromium.mjs';
import { root } from '../../tools/lib/run.mjs';
import { serve } from '../../tools/serve.mjs';

/**
 * @param {string} folder  of gossamer-kernel-bench.mjs
 * @param {Record<string, string>} shapes  the texts of files, by name
 * @param {string[]} args  of the program, without the files
 * @returns {Promise<number>} the exit status
 */
export async function runInChromium(folder, shapes, args) {
  const server = await serve({
    port: 0, root: path.join(root, 'bench/kernels'), mounts: { '/module/': folder },
  });
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  try {
    const page = await browser.newPage();
    page.on('console', (message) => console.log(message.text()));
    await page.goto(`${server.url}/page.html`);
    return await page.evaluate(async (given) => {
      // As a variable, so that tsc does not look for the page's module on this disk.
      const start = '/start.js';
      const { startKernelBench } = await import(start);
      return startKernelBench('/module/gossamer-kernel-bench.mjs', given.shapes, given.args, console.log);
    }, { shapes, args });
  } finally {
    await browser.close();
    await server.close();
  }
}
