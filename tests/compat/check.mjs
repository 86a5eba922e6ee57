// What the checks of the drop-in are made of. A check is a name and a function that gets one of the two
// libraries, with models and pictures, and gives a value; both libraries have to give the same one. A refusal is
// a check whose function has to throw, with the same class of error and the same words. Runs in a browser.

/**
 * @typedef {any} Ort  onnxruntime-web, or what takes its place
 *
 * @typedef {object} Means
 * @property {Record<string, () => Uint8Array<ArrayBuffer>>} models  each call gives fresh bytes
 * @property {string} folder  where the models lie, as NAME.onnx, and picture.png
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {(ort: Ort, means: Means) => unknown} run
 * @property {boolean} [refused]  it has to throw
 * @property {RegExp} [words]  what both messages have to match; without, ours begins with all of theirs
 */

/** @type {(name: string, run: Check['run']) => Check} */
export const check = (name, run) => ({ name, run });

/** @type {(name: string, run: Check['run'], words?: RegExp) => Check} */
export const refuses = (name, run, words) => ({ name, run, refused: true, words });

/** All of a tensor that apps see. @param {Ort} tensor */
export function seen(tensor) {
  const { type, dims, size, location, data } = tensor;
  return { type, dims: [...dims], size, location, array: data.constructor.name, data: elements(data) };
}

/** @param {ArrayLike<unknown>} data */
export function elements(data) {
  return Array.from(data, (value) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** @param {Record<string, Ort>} outputs */
export function allSeen(outputs) {
  return Object.entries(outputs).map(([name, tensor]) => [name, seen(tensor)]);
}

/**
 * What a check gives, as plain data that leaves the browser.
 * @param {Check} check @param {Ort} ort @param {Means} means
 */
export async function outcome({ run, refused, words }, ort, means) {
  try {
    const value = await run(ort, means);
    if (refused) return { failure: 'did not throw', value };
    return value === undefined ? { failure: 'gave nothing' } : { value };
  } catch (thrown) {
    const { message } = thrown instanceof Error ? thrown : { message: String(thrown) };
    if (!refused) return { failure: `threw ${message}` };
    const kind = [TypeError, RangeError, Error].find((one) => thrown instanceof one)?.name;
    return { message, kind, said: words ? words.test(message) : undefined };
  }
}
