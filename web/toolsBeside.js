// The worker of the tools. As beside.js, this module lies in the folder of the file that the build makes
// of it (tools.js), so that the address is right in both.

/** In the form that bundlers know. */
export function makeToolWorker() {
  return new Worker(new URL('./tools/worker.js', import.meta.url), { type: 'module' });
}
