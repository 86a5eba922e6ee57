// The code tab: how to get the same results in a page of one's own and on the command line, with the model
// in use and what is set on this page. Only what differs from the library's defaults is stated, and what
// code cannot state is named. Names of files and labels come from anywhere: none of them ends a string, a
// comment or the script.

const MOST_LABELS = 20;

/**
 * @param {object} what
 * @param {Pick<NonNullable<import('./models.js').Models['info']>, 'version'>} what.info
 * @param {import('./models.js').Choice} what.choice
 * @param {Pick<import('./settings.js').Settings, 'count' | 'threshold'>} what.settings
 */
export function codeFor({ info, choice, settings }) {
  const own = choice.options ?? {};
  const address = choice.url ?? (choice.path ? `gossamer/models/${choice.path}` : choice.title);
  const dimensions = Object.entries(own.dimensions ?? {});
  const many = (own.labels?.length ?? 0) > MOST_LABELS;
  const options = [
    settings.count > 0 && `maxResults: ${settings.count}`,
    settings.threshold > 0 && `scoreThreshold: ${settings.threshold}`,
    own.recipe && `recipe: ${quoted(own.recipe)}`,
    own.scores && `scores: ${quoted(own.scores)}`,
    own.output && `output: ${quoted(own.output)}`,
    dimensions.length > 0 && `dimensions: { ${dimensions.map(([name, extent]) => `[${quoted(name)}]: ${extent}`).join(', ')} }`,
    own.labels && `labels: ${many ? 'labels' : `[${own.labels.map(quoted).join(', ')}]`}`,
    choice.sha256 && `sha256: ${quoted(choice.sha256)}`,
  ].filter(Boolean);
  const more = options.length > 0 ? `, {\n${options.map((option) => `  ${option},\n`).join('')}}` : '';
  return `<script type="module">
import { ImageClassifier } from './gossamer/gossamer.js';
${many ? `
// labels.txt: the ${own.labels?.length} names of the classes, one a line.
const labels = (await (await fetch('labels.txt')).text()).trim().split('\\n');
` : ''}
${missing(choice).map((line) => `// ${line}\n`).join('')}const classifier = await ImageClassifier.createFromModelPath(${quoted(address)}${more});
const { classifications, timing } = await classifier.classify(document.querySelector('img'));
for (const { categoryName, score } of classifications[0].categories) {
  console.log(categoryName, score);
}
console.log(\`\${timing.inference.toFixed(2)} ms\`);

// On the command line, with Gossamer ${info.version}:
// ${commandFor(choice, address, settings).join(' ')}
${own.labels?.length ? '// labels.txt holds the names of the classes, one a line.\n' : ''}${settings.threshold > 0 ? '// It prints classes below the threshold too.\n' : ''}</script>
`;
}

/** What the code above does not do. @param {import('./models.js').Choice} choice */
const missing = ({ finder, pad, others, file }) => [
  ...(file ? ['The model is a file of yours: put it where this address leads.'] : []),
  ...(others?.length ? [`Its data files belong beside it: ${others.map(({ name }) => quoted(name)).join(', ')}.`] : []),
  ...(finder ? ['The page finds the face first, and classifies that region of the picture (regionOfInterest).'] : []),
  ...(pad === 'strokes' ? ['The page gives it drawings as strokes of one width, in the middle of a square.'] : []),
];

/** @param {import('./models.js').Choice} choice @param {string} address @param {{count: number}} settings */
function commandFor({ options: own = {} }, address, { count }) {
  return [
    'gossamer classify', shellQuoted(address.replace(/^gossamer\//, '')), 'picture.png',
    ...(count > 0 ? [`--top ${count}`] : []),
    ...(own.recipe ? [`--recipe ${shellQuoted(own.recipe.replaceAll('\n', ';'))}`] : []),
    ...(own.scores ? [`--scores ${own.scores}`] : []),
    ...(own.output ? [`--output ${shellQuoted(own.output)}`] : []),
    ...Object.entries(own.dimensions ?? {}).map(([name, extent]) => `--dim ${shellQuoted(`${name}=${extent}`)}`),
    ...(own.labels?.length ? ['--labels labels.txt'] : []),
  ];
}

/** Characters that would end a string or a comment, or that HTML reads within a script. */
const unsafe = /[<\p{Cc}\u2028\u2029]/gu;
/** @param {string} char */
const escaped = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** @param {string} text */
const quoted = (text) => `'${text.replace(/[\\']/g, '\\$&').replace(unsafe, escaped)}'`;

/** @param {string} text */
function shellQuoted(text) {
  if (/^[\w./:][\w./:=,-]*$/.test(text)) return text;
  return text.match(unsafe) ? `$${quoted(text)}` : `'${text.replaceAll("'", "'\\''")}'`;
}
