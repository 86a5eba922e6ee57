// Writes bench/shapes/<model>.txt, the layers on which the kernels are measured, from the reference
// models in build/models.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exitWith } from './build.mjs';
import { modelFolder } from './lib/model_runs.mjs';
import { build, root, run, showProgress } from './lib/run.mjs';

const usage = `node tools/layer_shapes.mjs [options]: writes bench/shapes from the reference models

  --models DIR   where tools/export_models.py put them (default: build/models)
  --only A,B     these alone
  --help`;

/** @param {string} folder @param {string[]} only */
async function writeShapes(folder, only) {
  const manifest = path.join(folder, 'manifest.json');
  if (!existsSync(manifest)) throw new Error(`there is no ${manifest}; tools/export_models.py makes it`);
  /** @type {[string, {file: string}][]} */
  const models = Object.entries(JSON.parse(readFileSync(manifest, 'utf8')));
  const wanted = models.filter(([name]) => only.length === 0 || only.includes(name));
  console.log('Building gossamer_layer_shapes');
  await build('native-release', ['gossamer_layer_shapes'], { watch: showProgress() });
  const program = path.join(root, 'build/native/bench/kernels/gossamer_layer_shapes');
  for (const [index, [name, { file }]] of wanted.entries()) {
    const layers = await run(program, [path.join(folder, file)]);
    const head = `# ${name}: how often each layer occurs, and its extents. Written by tools/layer_shapes.mjs.\n`;
    writeFileSync(path.join(root, 'bench/shapes', `${name}.txt`), head + layers);
    console.log(`[${index + 1}/${wanted.length}] ${name}`);
  }
}

try {
  const { values } = parseArgs({
    options: {
      models: { type: 'string', default: modelFolder },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) console.log(usage);
  else await writeShapes(values.models, values.only.split(',').filter(Boolean));
} catch (error) {
  exitWith(error);
}
