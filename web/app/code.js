// The code tab: how to get the same results in a page of one's own, with the model in use and what is
// set on this page. Only what differs from the library's defaults is stated.

/**
 * @param {object} what
 * @param {NonNullable<import('./models.js').Models['info']>} what.info
 * @param {import('./models.js').Choice} what.choice
 * @param {import('./settings.js').Settings} what.settings
 */
export function codeFor({ info, choice, settings }) {
  const own = choice.options ?? {};
  const options = [
    settings.count > 0 && `maxResults: ${settings.count}`,
    settings.threshold > 0 && `scoreThreshold: ${settings.threshold}`,
    own.recipe && `recipe: ${quoted(own.recipe)}`,
    own.scores && `scores: ${quoted(own.scores)}`,
    own.output && `output: ${quoted(own.output)}`,
    own.labels && `labels: ${listed(own.labels)}`,
    choice.sha256 && `sha256: ${quoted(choice.sha256)}`,
  ].filter(Boolean);
  const address = choice.url ?? (choice.path ? `gossamer/models/${choice.path}` : choice.title);
  const more = options.length > 0 ? `, {\n${options.map((option) => `  ${option},\n`).join('')}}` : '';
  return `<script type="module">
import { ImageClassifier } from './gossamer/gossamer.js';

const classifier = await ImageClassifier.createFromModelPath(${quoted(address)}${more});
const { classifications, timing } = await classifier.classify(document.querySelector('img'));
for (const { categoryName, score } of classifications[0].categories) {
  console.log(categoryName, score);
}
console.log(\`\${timing.inference.toFixed(2)} ms\`);
</script>

<!-- On the command line, with Gossamer ${info.version}:
gossamer classify ${shellQuoted(address.replace(/^gossamer\//, ''))} picture.png${settings.count > 0 ? ` --top ${settings.count}` : ''}
-->
`;
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;

/** @param {string} text */
const shellQuoted = (text) => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** @param {readonly string[]} labels */
const listed = (labels) => (labels.length <= 20 ? `[${labels.map(quoted).join(', ')}]`
  : `[${labels.slice(0, 3).map(quoted).join(', ')}, /* ${labels.length - 3} more */]`);
