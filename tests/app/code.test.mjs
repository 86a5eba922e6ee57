// The code that the page offers: what is set is stated or named as missing, it is valid, and no name of a
// file or a class gets out of its string.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { codeFor } from '../../web/app/code.js';

const info = { version: '1.2.3' };
const settings = { count: 0, threshold: 0 };

/** What the code hands to the library. @param {string} code @param {string} [labels]  the text of labels.txt */
async function handed(code, labels = '') {
  const script = /<script type="module">\n([\s\S]*)<\/script>\n$/.exec(code)?.[1] ?? '';
  /** @type {any[]} */
  let given = [];
  const ImageClassifier = { createFromModelPath: (/** @type {any[]} */ ...all) => {
    given = all;
    return { classify: () => ({ classifications: [{ categories: [] }], timing: { inference: 1 } }) };
  } };
  const run = new Function('ImageClassifier', 'document', 'console', 'fetch',
    `return (async () => {${script.replace(/^import .*$/m, '')}})()`);
  await run(ImageClassifier, { querySelector: () => null }, { log: () => {} }, async () => ({ text: async () => labels }));
  return given;
}

/** The words of the command line, as a shell reads them. @param {string} code */
function words(code) {
  const line = /^\/\/ gossamer classify (.*)$/m.exec(code)?.[1] ?? '';
  return execFileSync('bash', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('everything that is set is stated, in the page and on the command line', async () => {
  const options = /** @type {const} */ ({ recipe: 'fit=stretch;mean=0.5', scores: 'sigmoid', output: 'the scores', dimensions: { height: 64, 'image.3': 32 } });
  const code = codeFor({
    info, settings: { count: 3, threshold: 0.1 },
    choice: { name: 'm', title: 'm.onnx', url: 'https://example.org/m.onnx', sha256: 'ab', options: { ...options, labels: ['cat', "d'og"] } },
  });
  assert.deepEqual(await handed(code), ['https://example.org/m.onnx', {
    ...options, maxResults: 3, scoreThreshold: 0.1, labels: ['cat', "d'og"], sha256: 'ab',
  }]);
  assert.deepEqual(words(code), ['https://example.org/m.onnx', 'picture.png', '--top', '3', '--recipe', options.recipe,
    '--scores', 'sigmoid', '--output', 'the scores', '--dim', 'height=64', '--dim', 'image.3=32', '--labels', 'labels.txt']);
});

test('many labels are read from a file, none is left out', async () => {
  const labels = Array.from({ length: 21 }, (_, at) => `class ${at}`);
  const code = codeFor({ info, settings, choice: { name: 'm', title: 'm.onnx', options: { labels } } });
  assert.deepEqual((await handed(code, `${labels.join('\n')}\n`))[1].labels, labels);
});

test('what code cannot state is named', () => {
  const said = (/** @type {object} */ more) => codeFor({ info, settings, choice: { name: 'm', title: 'm.onnx', ...more } });
  assert.match(said({ finder: 'face.onnx' }), /finds the face first/);
  assert.match(said({ pad: 'strokes' }), /drawings as strokes/);
  assert.match(said({ file: new Blob(), others: [{ name: 'm.data' }] }), /file of yours[\s\S]*beside it: 'm\.data'/);
  assert.doesNotMatch(said({}), /strokes|face|beside/);
});

test('no name gets out of its string', async () => {
  for (const name of ['a--><img src=x onerror=alert(1)>.onnx', '</script><script>alert(1)</script>', '<!--<script>', "a'; alert(1); '\\", 'a\n\u2028alert(1)\r', '$(touch x)`y`']) {
    const code = codeFor({
      info, settings, choice: {
        name, title: name, file: new Blob(), others: /** @type {File[]} */ ([{ name }]),
        options: { labels: [name], output: name, dimensions: { [name]: 1, ['__proto__']: 2 } },
      },
    });
    assert.equal(code.indexOf('<', 1), code.lastIndexOf('</script>'), 'the script ends where it should');
    const [address, options] = await handed(code);
    assert.deepEqual([address, options.labels, options.output, Object.entries(options.dimensions)],
      [name, [name], name, [[name, 1], ['__proto__', 2]]]);
    assert.deepEqual(words(code).slice(0, 4), [name, 'picture.png', '--output', name]);
  }
});
