// The one class of error that leaves the library. What enters is a description as wasm writes it
// (status.h, to_json) or as the JavaScript side makes it; what leaves is an Error whose message
// reads well in a console and whose fields let a program decide. It crosses from the worker as a
// plain object, because structured cloning keeps only the message of an Error.
//
// Below it are the checks of arguments, made before anything is copied or started; they throw
// ARGUMENT and name the argument.

/**
 * @typedef {'PARSE' | 'LIMIT' | 'UNSUPPORTED' | 'GRAPH' | 'SHAPE' | 'INITIALIZER' | 'ATTRIBUTE' | 'INDEX' | 'NUMERIC' | 'BUDGET' | 'OOM' |
 *     'IMAGE' | 'ARGUMENT' | 'HANDLE' | 'IO' | 'CANCELLED' | 'NETWORK' | 'ABORTED' | 'INTERNAL'} ErrorCode  docs/API.md
 *     says when
 *
 * @typedef {object} ErrorDetails
 * @property {string} code  an ErrorCode
 * @property {string} message  one sentence without a full stop
 * @property {string} [stage]  where it was noticed: "decode", "graph", "run", "download", ...
 * @property {string} [node]  name or index of the node in the model
 * @property {string} [op]  that node's operator
 * @property {string} [tensor]  the value or stored tensor concerned
 * @property {string} [attribute]  the operator's attribute, or the option, concerned
 * @property {string} [got]  what was found
 * @property {string} [expected]  what would have been accepted
 * @property {string} [hint]  what to do about it
 * @property {string} [operators]  those of the model that this build lacks
 * @property {unknown} [cause]  the error underneath, when there is one
 */

const FIELDS = /** @type {const} */ ([
  'stage', 'node', 'op', 'tensor', 'attribute', 'got', 'expected', 'hint', 'operators',
]);

export class GossamerError extends Error {
  /** @type {string | undefined} */
  stage;
  /** @type {string | undefined} */
  node;
  /** @type {string | undefined} */
  op;
  /** @type {string | undefined} */
  tensor;
  /** @type {string | undefined} */
  attribute;
  /** @type {string | undefined} */
  got;
  /** @type {string | undefined} */
  expected;
  /** @type {string | undefined} */
  hint;
  /** @type {string | undefined} */
  operators;

  /** @param {ErrorDetails} details */
  constructor(details) {
    super(describe(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GossamerError';
    /** @type {ErrorCode} */
    this.code = /** @type {ErrorCode} */ (details.code);
    /** @type {string} The sentence alone, without the details that `message` appends. */
    this.summary = details.message;
    for (const field of FIELDS) this[field] = details[field];
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

/** @param {string} what  "loading the model", "classify" @param {AbortSignal} [signal]  that has aborted: its reason is the cause */
export function abortedError(what, signal) {
  return new GossamerError({ code: 'ABORTED', stage: 'api', message: `${what} was cancelled`, cause: signal?.reason });
}

/**
 * The error for a picture that cannot become pixels.
 * @param {string} message
 * @param {{cause?: unknown, got?: string, expected?: string, hint?: string}} [more]
 */
export function imageError(message, more) {
  return new GossamerError({ code: 'IMAGE', stage: 'image', message, ...more });
}

/** @param {unknown} cause  what a browser throws that keeps other sites' pixels to itself */
export function unreadableError(cause) {
  return imageError('the picture may not be read', {
    cause, got: String(cause),
    hint: 'Pictures of other sites need crossorigin="anonymous" and a server that allows it',
  });
}

/** Any value, as short text for a message. @param {unknown} value */
export function show(value) {
  return Object(value) === value ? Object.prototype.toString.call(value).slice(8, -1)
    : String(value).slice(0, 80);
}

/**
 * @param {unknown} valid
 * @param {string} attribute  name of the argument or option
 * @param {unknown} got
 * @param {string} expected
 * @param {string} [message]
 */
export function check(valid, attribute, got, expected, message = 'this option has an unusable value') {
  if (!valid) throw argumentError(attribute, message, { got: show(got), expected });
}

/**
 * Bytes have to lie in an ordinary ArrayBuffer: a shared one may change while it is read, a resizable
 * one is refused by Blob, and a detached one has no bytes.
 * @param {string} attribute
 * @param {unknown} bytes  an ArrayBuffer or a view of one
 */
export function checkBytes(attribute, bytes) {
  const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
  // By its tag: one that another frame made is an instance of another class.
  const { resizable, detached } = /** @type {any} */ (buffer ?? {});
  check(show(buffer) === 'ArrayBuffer' && !resizable && !detached, attribute,
    buffer, 'bytes in an ArrayBuffer that is not shared, resizable or detached');
}

/** As in image.h: what the runtime accepts, in pixels. */
export const MAX_PIXELS = 2 ** 26;

/** Of a picture. @param {number} width @param {number} height */
export function checkSize(width, height) {
  check(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0
    && width * height <= MAX_PIXELS, 'source', `${show(width)} x ${show(height)}`,
  `1 to ${MAX_PIXELS} pixels`, 'the picture has an unusable size');
}

/** @param {unknown} signal */
export function checkSignal(signal) {
  check(signal === undefined || signal === null || signal instanceof AbortSignal, 'signal', signal,
    'an AbortSignal');
}
