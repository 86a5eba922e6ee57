// The catalogue of public classifiers, models/zoo.json, as the page and models/fetch.mjs read it. What
// enters is the parsed file and its address; what leaves are entries with an address, a recipe and
// labels each. A file that is not well formed gives an error that says what is wrong.

/**
 * A public model. `labels` are its names, or the address of a file that has them, one a line.
 * @typedef {object} ZooEntry
 * @property {string} name
 * @property {string} title
 * @property {string} url
 * @property {number} bytes
 * @property {string} sha256
 * @property {string} license
 * @property {string} precision
 * @property {string} data  what it was trained on: a key of the catalogue's labels
 * @property {'pad' | 'camera' | 'face' | 'picture'} input
 * @property {string} recipe
 * @property {string[] | string} labels
 * @property {number} [multiplyAdds]
 * @property {number} [accuracy]  in per cent
 * @property {string} [finder]  path of the model that finds the face
 * @property {boolean} local  it lies beside the catalogue
 */

const DIGEST = /^[\da-f]{64}$/;

/**
 * @param {any} zoo  as parsed
 * @param {string} address  of the catalogue
 * @returns {ZooEntry[]}
 */
export function readZoo(zoo, address) {
  if (!Array.isArray(zoo?.models)) throw new Error('the catalogue of public models has no list of models');
  const base = new URL(zoo.base ?? '.', address);
  return zoo.models.map((/** @type {any} */ model) => {
    const { name, path, file, bytes, sha256, recipe, labels } = model;
    const wrong = (/** @type {string} */ what) => new Error(`the catalogue's model ${name}: ${what}`);
    if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) throw wrong('a name of letters, digits, - and .');
    if (!Number.isSafeInteger(bytes) || bytes <= 0) throw wrong('its bytes are not stated');
    if (!DIGEST.test(sha256)) throw wrong('its SHA-256 is not 64 hexadecimal digits');
    if (typeof zoo.recipes?.[recipe] !== 'string') throw wrong(`there is no recipe called ${recipe}`);
    const names = zoo.labels?.[labels];
    if (!names) throw wrong(`there are no labels called ${labels}`);
    return {
      name, bytes, sha256,
      title: model.title ?? name,
      // `file`: where models/fetch.mjs has put it.
      url: file ? new URL(file, address).href : new URL(path, base).href,
      local: Boolean(file),
      license: model.license ?? '',
      precision: model.precision ?? 'fp32',
      data: labels,
      input: model.input ?? 'camera',
      recipe: zoo.recipes[recipe],
      labels: typeof names === 'string' ? new URL(names, address).href : names,
      multiplyAdds: model.multiplyAdds,
      accuracy: model.accuracy,
      finder: model.finder,
    };
  });
}

/**
 * The labels of an entry, read from their file where they are in one; none where that is missing.
 * @param {Pick<ZooEntry, 'labels'>} entry
 * @param {typeof fetch} [get]
 * @returns {Promise<string[] | undefined>}
 */
export async function labelsOf({ labels }, get = fetch) {
  if (typeof labels !== 'string') return labels;
  try {
    const response = await get(labels);
    if (!response.ok) return undefined;
    const names = (await response.text()).split(/\r?\n/);
    if (names.at(-1) === '') names.pop();
    return names;
  } catch {
    return undefined;
  }
}
