// A profile in Chrome's trace format (the JSON that chrome://tracing and Perfetto open): complete events
// ("ph": "X") with times in microseconds, the run and its steps nested by time on one thread.

/**
 * @typedef {object} TraceEvent
 * @property {string} name
 * @property {'X' | 'M'} ph  complete event, or metadata
 * @property {number} pid
 * @property {number} tid
 * @property {string} [cat]
 * @property {number} [ts]  microseconds
 * @property {number} [dur]  microseconds
 * @property {Record<string, unknown>} args
 *
 * @typedef {{traceEvents: TraceEvent[], displayTimeUnit: 'ms', otherData: Record<string, string>}} Trace
 */

const place = { pid: 1, tid: 1 };

/**
 * @param {string} model
 * @param {import('./layers.js').Step[]} steps  in the order they ran
 * @param {Record<string, string>} [about]  circumstances: browser, instruction level
 * @returns {Trace}
 */
export function traceOf(model, steps, about = {}) {
  let at = 0;
  const events = steps.map(({ op, node, kernel, shape, parameters, multiplyAdds, milliseconds }) => {
    const ts = at;
    const dur = 1000 * milliseconds;
    at += dur;
    return {
      name: node ? `${op} ${node}` : op, cat: op, ph: /** @type {const} */ ('X'), ts, dur, ...place,
      args: { kernel, shape: shape.join('x'), parameters, multiplyAdds },
    };
  });
  return {
    traceEvents: [
      { name: 'process_name', ph: 'M', ...place, args: { name: 'Gossamer' } },
      { name: 'thread_name', ph: 'M', ...place, args: { name: 'Inference' } },
      { name: model, cat: 'inference', ph: 'X', ts: 0, dur: at, ...place, args: { steps: steps.length } },
      ...events,
    ],
    displayTimeUnit: 'ms',
    otherData: { model, ...about },
  };
}
