// A model and the files beside it that hold its weights (external data), as Blobs: a worker gets them
// again after a crash. Which files a model needs is known once it has been scanned (engine.js), so they
// come in a second step. A file is what the caller gave under its name or, for a model that came from
// an address, what lies beside it there.

import { FOLLOWED, besideOf } from '../beside.js';
import { fetchChecked, progressOfAll, readBody, resolveUrl, verify } from './download.js';
import { GossamerError, check, checkBytes, show } from './error.js';
import { seldom } from './host.js';
import { ModelData } from './modelData.js';

/**
 * @typedef {Response | ReadableStream | FileSystemFileHandle} Stream  read once, to its end
 * @typedef {string | URL | ArrayBuffer | ArrayBufferView | Blob} FileData  a text is an address
 * @typedef {string | File | {path: string, data: FileData}} ExternalFile  a text is address and name
 * @typedef {readonly ExternalFile[] | false} ExternalData  false: fetch nothing that is not given
 *
 * @typedef {{name: string, bytes: number}} NeededFile  bytes: how long it is at least
 * @typedef {NeededFile & {url: string}} RemoteFile
 *
 * @typedef {object} LoadOptions
 * @property {ExternalData} [externalData]
 * @property {string | Record<string, string>} [sha256]  of the model; or of every file, by its name
 * @property {boolean | string} [cache]  keep what is downloaded, under its digest
 * @property {import('./download.js').ProgressCallback} [onProgress]  over all files
 * @property {(announced: number) => void} [onSize]  called with the model's bytes, before they come
 * @property {AbortSignal} [signal]
 * @property {number} [maxMemoryBytes]  that downloads beside the model may have together
 */

export class ModelFiles {
  /** @type {Map<string, Blob>} The files needed so far, by their names in the model. */
  files = new Map();
  /** @type {ModelData} */
  model;
  #options;
  /** @type {Map<string, Blob | string>} */
  #given;
  /** @type {string | undefined} */
  #address;
  #addProgress;

  /**
   * @param {ModelData} model
   * @param {LoadOptions} options
   * @param {Map<string, Blob | string>} given  Blobs and addresses by name
   * @param {string} [address]  of the model
   * @param {ReturnType<typeof progressOfAll>} [addProgress]
   */
  constructor(model, options, given, address, addProgress = progressOfAll(options.onProgress)) {
    this.model = model;
    this.#options = options;
    this.#given = given;
    this.#address = address;
    this.#addProgress = addProgress;
  }

  /** Bytes of all files. */
  get size() {
    return [...this.files.values()].reduce((sum, { size }) => sum + size, this.model.size);
  }

  /** Finds files that are not here yet. @param {NeededFile[]} needed */
  async bring(needed) {
    // Names with ends of line would be read as further options, see Engine.create.
    const places = needed.map(({ name }) => (/[\n\0]/.test(name) ? undefined
      : this.#given.get(plain(name)) ?? this.#beside(plain(name))));
    const missing = needed.filter((_, i) => !places[i]);
    if (missing.length) {
      throw new GossamerError({
        code: 'IO', stage: 'decode', message: 'the model keeps weights in files that are not here',
        got: missing.map(({ name }) => name).join(', '),
        hint: 'Give them together with the model (in code, as `externalData`)',
      });
    }
    const remote = needed.map((file, i) => ({ ...file, url: places[i] }))
      .filter((file) => typeof file.url === 'string');
    const { downloadFiles, verifyGiven } = await seldom();
    await verifyGiven(needed.flatMap(({ name }, i) => (places[i] instanceof Blob ? [[plain(name), places[i]]] : [])), this.#options.sha256);
    const blobs = await downloadFiles(/** @type {RemoteFile[]} */ (remote), this.#options, this.#addProgress);
    needed.forEach(({ name }, i) => {
      const place = typeof places[i] === 'string' ? blobs.shift() : places[i];
      this.files.set(name, /** @type {Blob} */ (place));
    });
  }

  /** The address of a file in the model's own folder. @param {string} name */
  #beside(name) {
    const inFolder = !/[/\\]|^\.*$/.test(name);
    const address = (this.#options.externalData !== false && this.#address) || '';
    return inFolder && FOLLOWED.test(address) ? besideOf(name, address) : undefined;
  }
}

/**
 * Whether a model's bytes are yet to be read out of this.
 * @param {unknown} source
 * @returns {source is Blob | Stream}
 */
export function isReadable(source) {
  return source instanceof Blob || /^(Response|ReadableStream|FileSystemFileHandle)$/.test(show(source));
}

/**
 * A model, downloaded if it is an address; the files beside it come when they are known. Those that
 * the caller gave are copied at once.
 * @param {string | Blob | Stream | Uint8Array<ArrayBuffer>} model  bytes become its own
 * @param {LoadOptions} options
 * @returns {Promise<ModelFiles>}
 */
export async function loadModel(model, options) {
  const given = gather(options.externalData || []);
  const { signal, sha256, cache, onProgress, onSize } = options;
  if (model instanceof Blob || model instanceof Uint8Array) {
    const { name } = /** @type {File} */ (model);
    const digest = typeof sha256 === 'object' ? Object.hasOwn(sha256, name) && sha256[name] : sha256;
    if (digest) await verify('the model', new Uint8Array(await new Blob([model]).arrayBuffer()), digest);
    return new ModelFiles(new ModelData(model), options, given);
  }
  const stream = typeof model === 'string' ? undefined
    : await (await seldom()).openStream(model, signal);
  const url = stream?.url ?? /** @type {string} */ (model);
  const digest = typeof sha256 === 'object' ? digestOf(sha256, stream?.name ?? fileName(url)) : sha256;
  const addProgress = progressOfAll(onProgress);
  const read = async (/** @type {import('./download.js').ReadOptions} */ more) => {
    const fetched = () => fetchChecked(url, 'the model', more.signal);
    const body = (/** @type {Response} */ response) => readBody(url, response, { sha256: digest, ...more });
    if (cache && digest && !stream) return (await (await seldom()).openKept(cache, digest, fetched)).read(body);
    return body(stream?.response ?? await fetched());
  };
  const { bytes, counted } = await read({ signal, onProgress: addProgress(), onSize });
  const again = stream ? undefined : async () => (await read({})).bytes;
  return new ModelFiles(new ModelData(bytes, { counted, again }), options, given, url, addProgress);
}

/** Throws ARGUMENT for what cannot be files. @param {unknown} list */
export function checkExternalData(list) {
  check(list === undefined || list === false || Array.isArray(list), 'externalData', list,
    'an array of {path, data}, or false');
  for (const file of /** @type {unknown[]} */ (list || [])) {
    const { path, data } = description(/** @type {ExternalFile} */ (file));
    check(typeof path === 'string' && path, 'externalData', path ?? file, 'a `path` for each file');
    if (!(typeof data === 'string' || data instanceof URL || data instanceof Blob)) {
      checkBytes('externalData', data);
    }
  }
}

/** @param {readonly ExternalFile[]} list */
function gather(list) {
  return new Map(list.flatMap((file) => {
    const { path, data } = description(file);
    const place = data instanceof Blob ? data
      : typeof data === 'string' || data instanceof URL ? resolveUrl('externalData', String(data))
        : new Blob([/** @type {BlobPart} */ (data)]);
    const name = plain(path);
    // An address is known by its last part as well.
    return /** @type {[string, Blob | string][]} */ (
      typeof file === 'string' ? [[fileName(String(place)), place], [name, place]] : [[name, place]]);
  }));
}

/** @param {ExternalFile} file @returns {{path: string, data: FileData}} */
function description(file) {
  if (typeof file === 'string') return { path: file, data: file };
  return show(file) === 'File' ? { path: /** @type {File} */ (file).name, data: /** @type {File} */ (file) }
    : /** @type {{path: string, data: FileData}} */ (file ?? {});
}

/** Without the folder "./", which is the model's own. @param {string} path */
function plain(path) {
  return path.replace(/^(\.\/)+/, '');
}

/** @param {string} url */
export function fileName(url) {
  const [, name] = /([^/]*)$/.exec(new URL(url).pathname) ?? [];
  try {
    return decodeURIComponent(name);
  } catch {
    return name;  // a per cent sign that stands for itself
  }
}

/** @param {Record<string, string>} digests @param {string} name */
export function digestOf(digests, name) {
  check(Object.hasOwn(digests, name), 'sha256', Object.keys(digests).join(', '), name,
    'a file has no digest');
  return digests[name];
}
