// Why something could not be fetched, as far as the page can tell: there is no connection, or the site has a
// newer version than the one that is open, whose files are gone. The page's service worker
// (../page-worker.js) answers for files that it cannot have with these two texts.

import { GossamerError } from '../gossamer.js';
import { texts } from './texts.js';

const NOT_KEPT = 'Not kept on this device';
const OTHER_VERSION = 'Not of this version';
/** What browsers say of a module that does not come. */
const NO_MODULE = /dynamically imported module|Importing a module script failed/i;

/** A part of the page that is imported later has no error of its own. @param {unknown} error */
export function asFailure(error) {
  if (!(error instanceof TypeError) || !NO_MODULE.test(error.message)) return GossamerError.from(error);
  return new GossamerError({
    code: 'NETWORK', stage: 'download', message: texts.frame.partFailed, cause: error,
    hint: navigator.onLine ? texts.frame.outdated : texts.frame.offline,
  });
}

/** @param {GossamerError} failure */
export function isOffline({ got = '' }) {
  return !navigator.onLine || got.includes(NOT_KEPT);
}

/** Whether a reload may bring what is missing. @param {GossamerError} failure */
export function isOutdated(failure) {
  if (failure.code !== 'NETWORK' || isOffline(failure)) return false;
  const { summary, got = '' } = failure;
  const [address] = summary.match(/https?:\S+$/) ?? [];
  if (address && new URL(address).origin !== location.origin) return false;
  return summary === texts.frame.partFailed || got.includes(OTHER_VERSION) || /status (404|410)|SHA-256/.test(got);
}
