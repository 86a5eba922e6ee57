// Why something could not be fetched, as far as the page can tell: there is no connection, or the site has a
// newer version than the one that is open, whose files are gone. The page's service worker
// (../page-worker.js) answers for files that it cannot have with these two texts.

import { GossamerError } from '../gossamer.js';
import { texts } from './texts.js';

const NOT_KEPT = 'Not kept on this device';
const OTHER_VERSION = 'Not of this version';
/** What browsers say of a module that does not come. */
const NO_MODULE = /dynamically imported module|Importing a module script failed/i;

/** @type {Set<string>} What was said of modules that did not come; browsers name the address, or say the same of all. */
const missed = new Set();

/**
 * Says in plain words that a part of the page or of the runtime is not here, whoever missed it.
 * @param {unknown} error
 */
export function asFailure(error) {
  // A module that is imported later has no error of its own.
  if (error instanceof TypeError && NO_MODULE.test(error.message)) {
    if (!navigator.onLine) return notKept(error, document.baseURI);
    // Firefox 140 remembers that a module did not come, or one that it imports, and asks no more.
    const hint = missed.has(error.message) ? texts.frame.askedOnce : texts.frame.outdated;
    missed.add(error.message);
    return missing(error, texts.frame.partFailed, hint);
  }
  const failure = GossamerError.from(error);
  const address = failure.code === 'NETWORK' ? addressOf(failure) : undefined;
  return address?.origin === location.origin && isOffline(failure) ? notKept(error, address.href) : failure;
}

/** @param {unknown} cause @param {string} address  that is missing @param {string} [message] */
export function notKept(cause, address, message = texts.frame.partNotKept) {
  return missing(cause, message, isKeepable(address) ? texts.frame.notKeptHint : texts.frame.notKeptYetHint);
}

/** Whether what is fetched from there will be there without a network: the service worker's list has it, surely. @param {string} address */
function isKeepable(address) {
  const site = new URL('./', document.baseURI).href;
  const listed = address.startsWith(site) && !address.startsWith(`${site}models/zoo/`) && address !== givenAddress();
  return listed && Boolean(navigator.serviceWorker?.controller);
}

/** What a server answered instead of a file. @param {Response} response */
export const statusOf = ({ status, statusText }) => `status ${status} ${statusText}`.trim();

/** @param {unknown} cause @param {string} message @param {string} hint */
const missing = (cause, message, hint) => new GossamerError({ code: 'NETWORK', stage: 'download', message, hint, cause });

/** What could not be fetched. @param {GossamerError} failure */
export function addressOf({ summary }) {
  const [address] = summary.match(/https?:\S+$/) ?? [];
  return address ? new URL(address) : undefined;
}

/** The model's address that a person wrote into the page's: it is of no version of the page. */
function givenAddress() {
  try {
    return new URL(new URLSearchParams(location.search).get('model') ?? '', document.baseURI).href;
  } catch {
    return undefined;
  }
}

/** @param {GossamerError} failure */
export function isOffline({ got = '' }) {
  return !navigator.onLine || got.includes(NOT_KEPT);
}

/** Whether a part of the page was missing twice, so that only a reload may bring it. @param {GossamerError} failure */
export const isLasting = ({ summary, hint }) => summary === texts.frame.partFailed && hint === texts.frame.askedOnce;

/** Whether a reload may bring what is missing. @param {GossamerError} failure */
export function isOutdated(failure) {
  if (failure.code !== 'NETWORK' || isOffline(failure)) return false;
  const { summary, got = '' } = failure;
  const address = addressOf(failure);
  if ((address ?? location).origin !== location.origin || address?.href === givenAddress()) return false;
  return summary === texts.frame.partFailed || got.includes(OTHER_VERSION) || /status (404|410)|SHA-256/.test(got);
}
