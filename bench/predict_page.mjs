// How good the predictions of the Models view are for the models that come with the page, in Chromium: with one
// thread, where the page is not isolated, and with as many as an isolated page takes. In each round either page
// measures the device as the view does, then runs each model; what is printed are medians over the rounds.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../tools/lib/chromium.mjs';
import { serve } from '../tools/serve.mjs';
import { median } from '../web/app/statistics.js';

const usage = `node bench/predict_page.mjs [options]: predicted latency of the page's models beside the measured one

  --rounds N    default 5
  --help`;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(usage);
  process.exit();
}

/** One round in a page, as text: a list of {name, predicted, measured, threads}. */
const round = `(async () => {
  const { ImageClassifier } = await import('./gossamer.js');
  const { measureSpeed } = await import('./app/device/speed.js');
  const { predict, thisDevice } = await import('./app/device/predict.js');
  const folder = new URL('models/', location.href).href;
  const models = await (await fetch(folder + 'manifest.json')).json();
  const first = await ImageClassifier.createFromModelPath(folder + models[0].path);
  const { threads } = await first.info();
  await first.close();
  const speed = { ...await measureSpeed({ folder: folder + 'probes/' }), threads };
  const picture = { width: 224, height: 224, data: new Uint8ClampedArray(224 * 224 * 4).fill(128) };
  const rows = [];
  for (const { name, path, multiplyAdds, bytes } of models) {
    const classifier = await ImageClassifier.createFromModelPath(folder + path, { warmup: true });
    const times = [];
    while (times.length < 40) times.push((await classifier.classify(picture)).timing.inference);
    const middle = times.slice(-15).sort((a, b) => a - b)[7];  // of as many as the page keeps
    const predicted = predict({ multiplyAdds, weightBytes: bytes }, speed, thisDevice());
    rows.push({ name, predicted, measured: middle, threads: (await classifier.info()).threads });
    await classifier.close();
  }
  return rows;
})()`;

const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
const places = [];
for (const isolation of [false, true]) {
  const server = await serve({ port: 0, isolation });
  const page = await (await browser.newContext({ serviceWorkers: 'block' })).newPage();
  await page.goto(server.url);
  await page.locator('[data-testid=status][data-state=ready]').waitFor();
  places.push({ title: isolation ? 'isolated' : 'not isolated', page, server, rounds: /** @type {any[][]} */ ([]) });
}
for (let i = 0; i < Number(values.rounds); i += 1) {
  for (const { page, rounds } of places) rounds.push(await page.evaluate(round));
}
for (const { title, rounds } of places) {
  console.log(title);
  for (const [i, { name }] of rounds[0].entries()) {
    const of = (/** @type {string} */ key) => median(rounds.map((rows) => rows[i][key]));
    const off = median(rounds.map((rows) => rows[i].predicted / rows[i].measured)) - 1;
    console.log(`  ${name.padEnd(10)} predicted ${of('predicted').toFixed(2).padStart(6)} ms  measured ${of('measured').toFixed(2).padStart(6)} ms  ${(100 * off).toFixed(0).padStart(4)} %  on ${of('threads')} threads`);
  }
}
await browser.close();
for (const { server } of places) await server.close();
