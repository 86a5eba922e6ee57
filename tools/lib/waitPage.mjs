// What npm start shows while there is no page yet: what is being done, how far it is and how long it takes.
// It asks again by itself, comes to an end where the build does, and gives way to the page.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Pace, timeLeft } from '../../web/app/pace.js';
import { root } from './run.mjs';

/** @typedef {'setup' | 'engine' | 'page'} Stage */

/** @type {[Stage, string, string][]} */
const STAGES = [
  ['setup', 'Setting up', 'Compilers and npm packages are fetched once, 250 MB and more.'],
  ['engine', 'Building the engine', 'C++ becomes one small WebAssembly module, here for browsers with relaxed SIMD.'],
  ['page', 'Putting the page together', 'Models and labels are laid beside it.'],
];

/** How far npm start is. */
export class Progress {
  /** @type {Stage} */
  #stage = 'setup';
  #text = '';
  #begun = Date.now();
  /** @type {Pace | undefined} */
  #pace;
  #done = 0;

  /** @param {Stage} stage */
  enter(stage) {
    this.#stage = stage;
    this.#text = '';
    this.#pace = undefined;
  }

  /** Of building the engine. @param {number} done @param {number} total */
  step(done, total) {
    if (this.#stage !== 'engine') this.enter('engine');
    // Before a build Ninja may count the few steps that look whether files were added; another build begins anew.
    if (!this.#pace || done < this.#done) this.#pace = new Pace(total);
    this.#pace.total = total;
    this.#done = done;
    const left = timeLeft(this.#pace.mark(done));
    this.#text = `step ${done} of ${total}${left && `, ${left}`}`;
  }

  /** The page as it is now. */
  html() {
    const at = STAGES.findIndex(([stage]) => stage === this.#stage);
    const minutes = Math.floor((Date.now() - this.#begun) / 60_000);
    const items = STAGES.map(([, title, what], index) => `
      <li${index === at ? ' aria-current="step"' : index < at ? ' class="done"' : ''}>
        <strong>${title}</strong>${index === at && this.#text ? ` <span>${this.#text}</span>` : ''}<br>${what}</li>`);
    return TEMPLATE.replace('<!-- steps -->', items.join(''))
      .replace('<!-- since -->', minutes < 1 ? 'It has just begun.' : `It has been ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} so far.`);
  }
}

const icon = readFileSync(path.join(root, 'web/icon.svg'), 'utf8');

const TEMPLATE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gossamer is being built</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<style>
  :root { --paper: #f8f8f5; --ink: #1c1f1e; --soft: #5c6360; --line: #dcdfda; --accent: #1d6a60; color-scheme: light dark;
    font: 400 15px/1.5 ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Open Sans", sans-serif; }
  @media (prefers-color-scheme: dark) { :root { --paper: #121413; --ink: #e9ebe9; --soft: #9aa29e; --line: #2c312f; --accent: #71c7b8; } }
  body { max-width: 560px; margin: 0 auto; padding: clamp(32px, 14vh, 140px) 20px 32px; background: var(--paper); color: var(--ink); }
  svg { width: 30px; stroke: var(--accent); }
  h1 { margin: 12px 0 8px; font-size: 26px; font-weight: 300; line-height: 1.2; letter-spacing: -0.015em; }
  p, li { color: var(--soft); }
  ol { margin: 28px 0; padding: 0; list-style: none; border-top: 1px solid var(--line); }
  li { position: relative; padding: 14px 0 14px 28px; border-bottom: 1px solid var(--line); font-size: 14px; }
  li strong { font-size: 15px; font-weight: 400; }
  li::before { content: ""; position: absolute; left: 4px; top: 21px; width: 7px; height: 7px; border: 1px solid var(--soft); border-radius: 50%; }
  li.done::before { border-color: var(--accent); background: var(--accent); }
  li[aria-current] strong { color: var(--ink); font-weight: 600; }
  li[aria-current] span { display: inline-block; color: var(--ink); font-variant-numeric: tabular-nums; }
  li[aria-current]::before { border-color: var(--accent); background: var(--accent); animation: breathe 1.4s ease-in-out infinite alternate; }
  @keyframes breathe { to { opacity: 0.25; } }
  @media (prefers-reduced-motion: reduce) { li::before { animation: none !important; } }
</style>
${icon}
<main>
  <h1>Gossamer is being built</h1>
  <p>The first time this takes 5 to 15 minutes on two cores. The page comes here by itself as soon as most browsers can use it. <!-- since --></p>
  <ol><!-- steps --></ol>
</main>
<p id="ended" role="status"></p>
<script>
  setInterval(async () => {
    const ended = document.getElementById('ended');
    try {
      const answer = await fetch(location.href, { cache: 'no-store' });
      if (answer.status !== 503) return location.reload();
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
      const main = document.querySelector('main');
      if (next && next.innerHTML !== main.innerHTML) main.replaceWith(next);
      ended.textContent = '';
    } catch {
      ended.textContent = 'npm start does not answer any more. Its terminal says why.';
    }
  }, 2000);
</script>
</html>
`;
