// The reader of faces without a browser: of drawings that come faster than faces are found only the latest
// is read, and a model that reads no faces ends the finder's worker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaceFinder } from '../../web/app/faces.js';
import { Reader } from '../../web/app/reader.js';

Object.assign(globalThis, { HTMLVideoElement: class {}, ImageBitmap: class {} });

const FACE = { score: 1, box: {}, region: { left: 0, top: 0, right: 1, bottom: 1 } };

/** A reader with a model of faces, whose searches end when `finish` is called. */
function setUp() {
  /** @type {{picture: unknown, finish: () => void}[]} */
  const searches = [];
  const counts = { made: 0, closed: 0 };
  FaceFinder.create = async () => {
    counts.made += 1;
    return /** @type {any} */ ({
      find: (/** @type {unknown} */ picture) => new Promise((resolve) => {
        searches.push({ picture, finish: () => resolve(FACE) });
      }),
      close: async () => { counts.closed += 1; },
    });
  };
  const models = /** @type {any} */ (Object.assign(new EventTarget(), {
    current: { finder: 'face.onnx' }, addressOf: String,
    classifier: { classify: async (/** @type {any} */ picture) => ({ of: picture, timing: {} }) },
  }));
  return { reader: new Reader(models), models, searches, counts };
}

/** @param {() => boolean} met */
async function until(met) {
  for (let turn = 0; turn < 200 && !met(); turn += 1) await new Promise((resolve) => { setTimeout(resolve, 5); });
  assert.ok(met(), String(met));
}

/** @param {string} name @returns {any} */
const picture = (name) => ({ name });

test('of live pictures that come while a face is looked for, the latest is read', async () => {
  const { reader, searches } = setUp();
  const readings = [reader.read(picture('a'), { live: true })];
  await until(() => searches.length === 1);
  for (const name of ['b', 'c', 'd']) readings.push(reader.read(picture(name), { live: true }));
  searches[0].finish();
  await until(() => searches.length === 2);
  searches[1].finish();
  const results = await Promise.all(readings);
  assert.deepEqual(results.map(({ result }) => /** @type {any} */ (result)?.of.name), ['a', undefined, undefined, 'd']);
  assert.ok(results.every(({ faceless }) => !faceless));
  assert.equal(searches.length, 2);
});

test('the finder is made once, and closed with the model that wants it', async () => {
  const { reader, models, searches, counts } = setUp();
  for (const name of ['a', 'b']) {
    const reading = reader.read(picture(name));
    await until(() => searches.length > 0);
    searches.pop()?.finish();
    await reading;
  }
  models.dispatchEvent(new Event('change'));
  assert.deepEqual(counts, { made: 1, closed: 0 }, 'another model of faces goes on with it');
  models.current = {};
  models.dispatchEvent(new Event('change'));
  await until(() => counts.closed === 1);
  assert.equal(counts.made, 1);
});
