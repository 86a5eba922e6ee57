// Why something could not be fetched, as far as the page can tell: there is no connection, or the site has a
// newer version than the one that is open, whose files are gone. The page's service worker
// (../page-worker.js) answers for files that it cannot have with these two texts.

import { GossamerError } from '../gossamer.js';
import { texts } from './texts.js';

const NOT_KEPT = 'Not kept on this device';
const OTHER_VERSION = 'Not of this version';
/** What browsers say of a module that does not come. */
const NO_MODULE = /dynamically imported module|Importing a module script failed/i;

/**
 * Says in plain words that a part of the page or of the runtime is not here, whoever missed it.
 * @param {unknown} error
 */
export function asFailure(error) {
  // A module that is imported later has no error of its own.
  if (error instanceof TypeError && NO_MODULE.test(error.message)) {
    return navigator.onLine ? missing(error, texts.frame.partFailed, texts.frame.outdated) : notKept(error);
  }
  const failure = GossamerError.from(error);
  const own = failure.code === 'NETWORK' && addressOf(failure)?.origin === location.origin;
  return own && isOffline(failure) ? notKept(error) : failure;
}

/** @param {unknown} cause @param {string} [message] */
export function notKept(cause, message = texts.frame.partNotKept) {
  return missing(cause, message, texts.frame.notKeptHint);
}

/** @param {unknown} cause @param {string} message @param {string} hint */
const missing = (cause, message, hint) => new GossamerError({ code: 'NETWORK', stage: 'download', message, hint, cause });

/** What could not be fetched. @param {GossamerError} failure */
function addressOf({ summary }) {
  const [address] = summary.match(/https?:\S+$/) ?? [];
  return address ? new URL(address) : undefined;
}

/** @param {GossamerError} failure */
export function isOffline({ got = '' }) {
  return !navigator.onLine || got.includes(NOT_KEPT);
}

/** Whether a reload may bring what is missing. @param {GossamerError} failure */
export function isOutdated(failure) {
  if (failure.code !== 'NETWORK' || isOffline(failure)) return false;
  const { summary, got = '' } = failure;
  if ((addressOf(failure) ?? location).origin !== location.origin) return false;
  return summary === texts.frame.partFailed || got.includes(OTHER_VERSION) || /status (404|410)|SHA-256/.test(got);
}
