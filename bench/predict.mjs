// How good the page's prediction of latency is: the probes that it times for a second and reference
// networks run in turns in one module under Node, then each network's prediction, from its multiply-adds
// and weights alone, stands beside its time. The share that is printed last is WHOLE in
// web/app/device/predict.js: with it, predictions are right on the geometric mean.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from '../tools/lib/run.mjs';
import { probes } from '../tools/lib/probes.mjs';
import { WHOLE, predict } from '../web/app/device/predict.js';
import { quantile } from '../web/app/statistics.js';
import { ImageClassifier } from '../web/gossamer.js';

const usage = `node bench/predict.mjs [options]: predicted latency beside the measured one

  --dir DIR     reference networks, default build/models (tools/export_models.py makes them)
  --models A,B  those to run, default all that are there
  --rounds N    default 15; of each, the fastest fifth counts
  --level L     default simd
  --help`;

const { values } = parseArgs({ options: {
  dir: { type: 'string', default: path.join(root, 'build/models') }, models: { type: 'string' },
  rounds: { type: 'string', default: '15' }, level: { type: 'string', default: 'simd' }, help: { type: 'boolean' },
} });
if (values.help) {
  console.log(usage);
  process.exit();
}

const level = /** @type {import('../web/gossamer.js').Level} */ (values.level);
const fileOf = (/** @type {string} */ name) => path.join(values.dir, name, 'model.onnx');
const names = values.models?.split(',') ?? readdirSync(values.dir).filter((name) => existsSync(fileOf(name)));
const options = {
  level, worker: false, warmup: true, wasmPaths: pathToFileURL(path.join(root, 'dist/wasm/')),
  wasmBinary: readFileSync(path.join(root, `dist/wasm/gossamer-${level}.wasm`)),
};
const picture = { width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4).fill(128) };

/** @param {Buffer} bytes */
async function contender(bytes) {
  const classifier = await ImageClassifier.createFromModelBuffer(bytes, options);
  const { steps, memory } = await classifier.info();
  const multiplyAdds = steps.reduce((sum, step) => sum + step.multiply_adds, 0);
  return { classifier, multiplyAdds, weights: memory.weight_bytes, bytes: bytes.length, times: /** @type {number[]} */ ([]) };
}

/** @type {Map<string, Awaited<ReturnType<typeof contender>>>} */
const contenders = new Map();
for (const [name, make] of Object.entries(probes)) contenders.set(name, await contender(make()));
for (const name of names) {
  await contender(readFileSync(fileOf(name))).then((made) => contenders.set(name, made),
    (error) => console.log(`${name}: left out, ${error.summary ?? error}`));
}
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const { classifier, times } of contenders.values()) times.push((await classifier.classify(picture)).timing.inference);
}

const find = (/** @type {string} */ name) => {
  const found = /** @type {Awaited<ReturnType<typeof contender>>} */ (contenders.get(name));
  return { ...found, seconds: quantile(found.times, 0.2) / 1000 };
};
const rate = (/** @type {string} */ name) => find(name).multiplyAdds / find(name).seconds;
const speed = {
  pointwise: rate('pointwise'), spatial: rate('spatial'), memory: find('memory').weights / find('memory').seconds,
  threads: 1,
};
const giga = (/** @type {number} */ value) => (value / 1e9).toFixed(1);
console.log(`multiply-adds: ${giga(speed.pointwise)} (1x1) and ${giga(speed.spatial)} (3x3) thousand million a second; memory: ${giga(speed.memory)} GB/s`);

let logarithms = 0;
let count = 0;
for (const name of names.filter((each) => contenders.has(each))) {
  const { multiplyAdds, bytes, seconds } = find(name);
  const predicted = /** @type {number} */ (predict({ multiplyAdds, weightBytes: bytes }, speed));
  const measured = 1000 * seconds;
  logarithms += Math.log(predicted / measured);
  count += 1;
  console.log(`${name.padEnd(22)} predicted ${predicted.toFixed(1).padStart(7)} ms  measured ${measured.toFixed(1).padStart(7)} ms  ${((predicted / measured - 1) * 100).toFixed(0).padStart(4)} %`);
}
console.log(`share of the probes' speed: ${(WHOLE * Math.exp(logarithms / count)).toFixed(2)} fits these best; ${WHOLE} is used`);
process.exit();
