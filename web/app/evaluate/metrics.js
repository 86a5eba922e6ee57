// How right a model is on labelled pictures. Definitions are those of scikit-learn: a class counts when
// it occurs among the labels or among the answers, and a ratio without cases (precision of a class that
// is never answered) counts as 0 in means, while the class itself shows none.

/**
 * @typedef {{index: number, score: number}} Answer
 *
 * @typedef {object} Outcome  of one picture
 * @property {string} path
 * @property {number} truth  class that its label means
 * @property {Answer[]} top  likeliest classes first, five where the model has as many
 *
 * @typedef {object} ClassFigures
 * @property {number} index
 * @property {number} support  pictures that show it
 * @property {number} answered  pictures that were said to show it
 * @property {number} right
 * @property {number | undefined} precision
 * @property {number | undefined} recall
 * @property {number | undefined} f1
 *
 * @typedef {object} Means  over classes
 * @property {number} precision
 * @property {number} recall
 * @property {number} f1
 *
 * @typedef {object} Metrics
 * @property {number} count
 * @property {number} right
 * @property {number} accuracy
 * @property {{low: number, high: number}} interval  where the accuracy lies with 95 % confidence
 * @property {number} topFive  share whose class is among the five likeliest
 * @property {ClassFigures[]} classes  by index
 * @property {Means} macro  every class alike
 * @property {Means} weighted  classes by their support
 * @property {number[][]} matrix  pictures by class (row) and answer (column), in the order of `classes`
 */

/** @param {number} part @param {number} whole */
const share = (part, whole) => (whole > 0 ? part / whole : undefined);

/** @param {Outcome} outcome */
export const isRight = ({ truth, top }) => top[0]?.index === truth;

/**
 * Wilson's interval: it holds for few pictures too, and never leaves 0 to 1.
 * @param {number} right @param {number} count
 */
export function wilson(right, count) {
  if (count === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const rate = right / count;
  const middle = rate + z ** 2 / (2 * count);
  const reach = z * Math.sqrt(rate * (1 - rate) / count + z ** 2 / (4 * count ** 2));
  const scale = 1 + z ** 2 / count;
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) };
}

/** @param {Outcome[]} outcomes @returns {Metrics} */
export function computeMetrics(outcomes) {
  const indices = [...new Set(outcomes.flatMap(({ truth, top }) => [truth, ...top.slice(0, 1).map(({ index }) => index)]))]
    .sort((a, b) => a - b);
  const place = new Map(indices.map((index, at) => [index, at]));
  const matrix = indices.map(() => new Array(indices.length).fill(0));
  for (const { truth, top } of outcomes) {
    const [row, column] = [place.get(truth), place.get(top[0]?.index)];
    if (row !== undefined && column !== undefined) matrix[row][column] += 1;
  }
  const classes = indices.map((index, at) => classFigures(index, at, matrix));
  const count = outcomes.length;
  const right = outcomes.filter(isRight).length;
  const among = outcomes.filter(({ truth, top }) => top.slice(0, 5).some(({ index }) => index === truth)).length;
  return {
    count, right, accuracy: share(right, count) ?? 0, interval: wilson(right, count), topFive: share(among, count) ?? 0,
    classes, macro: means(classes, () => 1), weighted: means(classes, ({ support }) => support), matrix,
  };
}

/** @param {number} index @param {number} at @param {number[][]} matrix @returns {ClassFigures} */
function classFigures(index, at, matrix) {
  const support = matrix[at].reduce((sum, value) => sum + value, 0);
  const answered = matrix.reduce((sum, row) => sum + row[at], 0);
  const right = matrix[at][at];
  return {
    index, support, answered, right, precision: share(right, answered), recall: share(right, support),
    f1: share(2 * right, support + answered),
  };
}

/** @param {ClassFigures[]} classes @param {(figures: ClassFigures) => number} weight @returns {Means} */
function means(classes, weight) {
  const total = classes.reduce((sum, one) => sum + weight(one), 0);
  const mean = (/** @type {'precision' | 'recall' | 'f1'} */ key) =>
    (total > 0 ? classes.reduce((sum, one) => sum + weight(one) * (one[key] ?? 0), 0) / total : 0);
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

/**
 * Wrong answers, the surest first: they say most about what the model does not know.
 * @template {Outcome} T
 * @param {T[]} outcomes
 * @param {number} [limit]
 * @returns {T[]}
 */
export function worstMistakes(outcomes, limit = Infinity) {
  return outcomes.filter((outcome) => !isRight(outcome))
    .sort((a, b) => (b.top[0]?.score ?? 0) - (a.top[0]?.score ?? 0)).slice(0, limit);
}

/**
 * Which class is taken for which, most often first.
 * @param {Metrics} metrics
 * @param {number} [limit]
 * @returns {{truth: number, answer: number, count: number}[]}
 */
export function confusions({ classes, matrix }, limit = Infinity) {
  return matrix.flatMap((row, truth) => row.map((count, answer) => ({
    truth: classes[truth].index, answer: classes[answer].index, count, wrong: truth !== answer,
  }))).filter(({ count, wrong }) => wrong && count > 0)
    .sort((a, b) => b.count - a.count).slice(0, limit)
    .map(({ truth, answer, count }) => ({ truth, answer, count }));
}
