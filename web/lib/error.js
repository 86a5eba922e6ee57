// The one class of error that leaves the library. What enters is a description as wasm writes it
// (status.h, to_json) or as the JavaScript side makes it; what leaves is an Error whose message
// reads well in a console and whose fields let a program decide. It crosses from the worker as a
// plain object, because structured cloning keeps only the message of an Error.

/**
 * @typedef {object} ErrorDetails
 * @property {string} code  one of the names in docs/API.md: "PARSE", "NETWORK", "ABORTED", ...
 * @property {string} message  one sentence without a full stop
 * @property {string} [stage]  where it was noticed: "decode", "graph", "run", "download", ...
 * @property {string} [node]  name or index of the node in the model
 * @property {string} [op]  that node's operator
 * @property {string} [tensor]  the value or stored tensor concerned
 * @property {string} [attribute]  the operator's attribute, or the option, concerned
 * @property {string} [got]  what was found
 * @property {string} [expected]  what would have been accepted
 * @property {string} [hint]  what to do about it
 * @property {unknown} [cause]  the error underneath, when there is one
 */

const FIELDS = /** @type {const} */ ([
  'stage', 'node', 'op', 'tensor', 'attribute', 'got', 'expected', 'hint',
]);

export class GossamerError extends Error {
  /** @param {ErrorDetails} details */
  constructor(details) {
    super(describe(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GossamerError';
    /** @type {string} */
    this.code = details.code;
    /** @type {string} The sentence alone, without the details that `message` appends. */
    this.summary = details.message;
    /** @type {string | undefined} */
    this.stage = details.stage;
    /** @type {string | undefined} */
    this.node = details.node;
    /** @type {string | undefined} */
    this.op = details.op;
    /** @type {string | undefined} */
    this.tensor = details.tensor;
    /** @type {string | undefined} */
    this.attribute = details.attribute;
    /** @type {string | undefined} */
    this.got = details.got;
    /** @type {string | undefined} */
    this.expected = details.expected;
    /** @type {string | undefined} */
    this.hint = details.hint;
  }

  /** The description as a plain object, empty fields left out. @returns {ErrorDetails} */
  toJSON() {
    /** @type {ErrorDetails} */
    const details = { code: this.code, message: this.summary };
    for (const field of FIELDS) if (this[field]) details[field] = this[field];
    return details;
  }

  /**
   * Anything that was thrown, as a GossamerError. What is not one already is a fault of ours.
   * @param {unknown} thrown
   * @param {string} [stage]
   * @returns {GossamerError}
   */
  static from(thrown, stage) {
    if (thrown instanceof GossamerError) return thrown;
    const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    return new GossamerError({ code: 'INTERNAL', stage, message, cause: thrown });
  }
}

/** @param {ErrorDetails} details @returns {string} */
function describe(details) {
  const parts = [];
  if (details.node) parts.push(`node '${details.node}'${details.op ? ` (${details.op})` : ''}`);
  else if (details.op) parts.push(`operator ${details.op}`);
  if (details.tensor) parts.push(`tensor '${details.tensor}'`);
  if (details.attribute) parts.push(`'${details.attribute}'`);
  if (details.got) parts.push(`got ${details.got}`);
  if (details.expected) parts.push(`expected ${details.expected}`);
  const where = details.stage ? ` (${details.stage})` : '';
  const what = parts.length ? `; ${parts.join(', ')}` : '';
  const hint = details.hint ? `. ${details.hint}` : '';
  return `${details.code}${where}: ${details.message}${what}${hint}`;
}

/**
 * The error for a call with an unusable argument.
 * @param {string} attribute  name of the argument or option
 * @param {string} message
 * @param {{got?: string, expected?: string, hint?: string}} [more]
 */
export function argumentError(attribute, message, more = {}) {
  return new GossamerError({ code: 'ARGUMENT', stage: 'api', attribute, message, ...more });
}

/** @param {string} what  "loading the model", "classify" */
export function abortedError(what) {
  return new GossamerError({ code: 'ABORTED', stage: 'api', message: `${what} was cancelled` });
}
