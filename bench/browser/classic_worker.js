// worker.js for contenders that call `importScripts`, which only workers of the classic kind have. Calls
// that arrive while it loads wait.

/** @type {MessageEvent[]} */
const early = [];
self.onmessage = (event) => early.push(event);

void import('./worker.js').then(() => {
  for (const event of early) self.onmessage?.(event);
});
