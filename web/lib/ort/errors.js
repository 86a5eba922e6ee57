// Refusals in onnxruntime-web's words. Apps that were written for it catch a TypeError or a RangeError where
// it throws one, and compare messages. So each refusal here is of the class that is thrown there, and its
// message begins with the words that are said there. It is a GossamerError as well: `instanceof` says so, and
// code, stage, hint and the other fields are there.

import { GossamerError } from '../error.js';

/**
 * @typedef {Partial<import('../error.js').ErrorDetails>} More  code and stage are ARGUMENT and api by default
 * @typedef {(attribute: string | undefined, message: string, more?: More) => GossamerError} Refusal
 */

/** What marks an error of another class as one of ours, also one that another copy of this file made. */
const MARK = Symbol.for('GossamerError');

/** @type {Refusal} */
export const typeError = (attribute, message, more) => new OrtTypeError(detailsOf(attribute, message, more));

/** @type {Refusal} */
export const rangeError = (attribute, message, more) => new OrtRangeError(detailsOf(attribute, message, more));

/** Where a plain Error is thrown there. @type {Refusal} */
export const plainError = (attribute, message, more) => new OrtError(detailsOf(attribute, message, more));

/**
 * @param {string | undefined} attribute @param {string} message @param {More} [more]
 * @returns {import('../error.js').ErrorDetails}
 */
function detailsOf(attribute, message, more) {
  return { code: 'ARGUMENT', stage: 'api', attribute, message, ...more };
}

/** @param {import('../error.js').ErrorDetails} details */
function words({ message, hint }) {
  return hint ? `${message} ${hint}` : message;
}

/**
 * A subclass that also is a GossamerError.
 * @param {ErrorConstructor | TypeErrorConstructor | RangeErrorConstructor} Base
 * @returns {new (details: import('../error.js').ErrorDetails) => GossamerError}
 */
function alsoOurs(Base) {
  class Refused extends Base {
    /** @param {import('../error.js').ErrorDetails} details */
    constructor(details) {
      super(words(details), details.cause === undefined ? undefined : { cause: details.cause });
      Object.assign(this, { ...new GossamerError(details), name: Base.name });
      recognise();
    }

    toJSON() {
      return GossamerError.prototype.toJSON.call(this);
    }

    get [MARK]() {
      return true;
    }
  }
  return /** @type {any} */ (Refused);
}

const OrtError = alsoOurs(Error);
const OrtTypeError = alsoOurs(TypeError);
const OrtRangeError = alsoOurs(RangeError);

/**
 * Teaches GossamerError to accept what is marked. That happens with the first such error, because importing
 * a module of the library changes nothing.
 */
function recognise() {
  if (Object.hasOwn(GossamerError, Symbol.hasInstance)) return;
  const ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(GossamerError, Symbol.hasInstance, {
    /** @this {Function} @param {unknown} thrown */
    value(thrown) {
      return ordinary.call(this, thrown)
        || (this === GossamerError && /** @type {any} */ (thrown)?.[MARK] === true);
    },
  });
}
