// Which class of the model a label of the data means: the class of that name, whatever its case, or else
// the class of that number. What matches no class, or several, is named and not guessed.

/**
 * @typedef {object} Matching
 * @property {Map<string, number>} classes  index of the class that a label means
 * @property {'name' | 'number'} by
 * @property {string[]} unmatched  labels without a class
 * @property {string[]} ambiguous  labels that fit several classes
 */

/** Folder names cannot hold every character that class names do. @param {string} name */
const plain = (name) => name.normalize('NFC').toLowerCase().replace(/[\s_-]+/g, ' ').trim();

/** `tench, Tinca tinca` is known by each of its names. @param {string} name */
const synonyms = (name) => [...new Set([name, ...name.split(',')].map(plain))].filter((part) => part);

/**
 * @param {Iterable<string>} labels
 * @param {string[]} names  of the model's classes, in their order
 * @returns {Matching}
 */
export function matchLabels(labels, names) {
  const all = [...labels];
  const named = byName(all, names);
  if (named.classes.size > 0) return named;
  const numbered = byNumber(all, names.length);
  // A number that no class has as its name says nothing about names, so names that were tried count.
  return numbered.classes.size > 0 ? numbered : named;
}

/** @param {string[]} labels @param {string[]} names @returns {Matching} */
function byName(labels, names) {
  const exact = indexBy(names, (name) => [name]);
  const loose = indexBy(names, (name) => [plain(name)]);
  const parts = indexBy(names, synonyms);
  /** @type {Matching} */
  const matching = { classes: new Map(), by: 'name', unmatched: [], ambiguous: [] };
  for (const label of labels) {
    const found = [exact.get(label), loose.get(plain(label)), parts.get(plain(label))]
      .filter((indices) => indices !== undefined);
    const sure = found.find((indices) => indices.length === 1);
    if (sure) matching.classes.set(label, sure[0]);
    else if (found.length > 0) matching.ambiguous.push(label);
    else matching.unmatched.push(label);
  }
  return matching;
}

/** @param {string[]} labels @param {number} count @returns {Matching} */
function byNumber(labels, count) {
  const fits = (/** @type {string} */ label) => /^\d+$/.test(label) && Number(label) < count;
  return {
    classes: new Map(labels.filter(fits).map((label) => [label, Number(label)])),
    by: 'number', unmatched: labels.filter((label) => !fits(label)), ambiguous: [],
  };
}

/** @param {string[]} names @param {(name: string) => string[]} keys @returns {Map<string, number[]>} */
function indexBy(names, keys) {
  /** @type {Map<string, number[]>} */
  const indices = new Map();
  names.forEach((name, index) => {
    for (const key of keys(name)) indices.set(key, [...(indices.get(key) ?? []), index]);
  });
  return indices;
}
