// What a runtime does with WebAssembly while it starts, seen from outside: this module wraps the
// compile functions before any runtime is imported, and notes when they ran and which memories came
// out. Streaming compilation is taken apart into download and compilation, or the two could not be
// told from each other; a runtime loses their overlap by it, some milliseconds on a fast network.

/** @typedef {[number, number]} Span  begin and end, milliseconds */

/** @type {Span[]} */
export const compileSpans = [];
/** @type {Set<WebAssembly.Memory>} */
const memories = new Set();

/** @param {WebAssembly.Instance} instance */
function noteMemories(instance) {
  for (const value of Object.values(instance.exports)) {
    if (value instanceof WebAssembly.Memory) memories.add(value);
  }
}

/** Bytes of all WebAssembly memories; they never shrink, so this is their peak. */
export function heapBytes() {
  return [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

/**
 * @template T
 * @param {() => Promise<T>} compile
 */
async function timed(compile) {
  const begin = performance.now();
  try {
    return await compile();
  } finally {
    compileSpans.push([begin, performance.now()]);
  }
}

const { compile, instantiate } = WebAssembly;

/** @param {Response | PromiseLike<Response>} source */
const bytesOf = async (source) => (await source).arrayBuffer();

WebAssembly.compile = (/** @type {BufferSource} */ bytes) => timed(() => compile(bytes));
WebAssembly.instantiate = /** @type {typeof instantiate} */ (
  async (/** @type {any} */ source, /** @type {WebAssembly.Imports} */ imports) => {
    const result = /** @type {any} */ (await timed(() => instantiate(source, imports)));
    noteMemories(result.instance ?? result);
    return result;
  });
WebAssembly.compileStreaming = async (/** @type {Response | PromiseLike<Response>} */ source) =>
  WebAssembly.compile(await bytesOf(source));
WebAssembly.instantiateStreaming = async (
  /** @type {Response | PromiseLike<Response>} */ source,
  /** @type {WebAssembly.Imports | undefined} */ imports,
) => WebAssembly.instantiate(await bytesOf(source), imports);
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    noteMemories(instance);
    return instance;
  },
});
WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
  construct(target, args) {
    const memory = Reflect.construct(target, args);
    memories.add(memory);
    return memory;
  },
});

/**
 * Files that this thread has fetched or imported, as the browser timed them.
 * @param {(url: string) => boolean} wanted
 * @returns {Span[]}
 */
export function downloadSpans(wanted) {
  return performance.getEntriesByType('resource')
    .filter(({ name }) => wanted(name))
    .map((entry) => [entry.startTime, /** @type {PerformanceResourceTiming} */ (entry).responseEnd]);
}

/**
 * Milliseconds in which at least one of the spans was under way, within a window.
 * @param {Span[]} spans
 * @param {Span} [window]
 */
export function covered(spans, [from, to] = [-Infinity, Infinity]) {
  let total = 0;
  let reached = from;
  for (const [begin, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const first = Math.max(begin, reached);
    const last = Math.min(end, to);
    if (last > first) total += last - first;
    reached = Math.max(reached, last);
  }
  return total;
}
