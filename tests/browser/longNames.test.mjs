// Long names on a phone: a model's file and its classes are one word of sixty characters, as programs make
// them. No view may scroll sideways for that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourModel } from '../support/onnx.mjs';
import { misfits, ready, setUp } from './helpers.mjs';
import { give } from './ownModels.mjs';
import { encodePng, renderDigit } from './pictures.mjs';

const site = setUp();

const NAME = 'mobilenetv3_large_100_Opset17_int8_quantized_per_channel.onnx';
const LABELS = ['red', 'green', 'blue'].map((colour) => `${colour}_background_without_any_object_of_interest_in_it`);
const picture = encodePng(renderDigit(3, { width: 64, height: 64, size: 40 }));
const FILE = 'a_picture_of_something_that_nobody_has_found_a_shorter_name_for.png';

test('a model and classes with names of sixty characters fit a phone in every view', async () => {
  const { page, close } = await site.open('', { viewport: { width: 360, height: 740 } });
  await ready(page);
  const fits = async (/** @type {string} */ where) => assert.deepEqual([where, await misfits(page)], [where, []]);
  await give(page, [NAME, colourModel()], ['labels.txt', LABELS.join('\n')]);
  await page.getByTestId('use-own').waitFor();
  await page.locator('[data-testid=own-preview]').waitFor();
  await fits('the panel of a model of one\'s own');
  await page.getByTestId('use-own').click();
  await page.locator('#reading[aria-busy=false]').waitFor();
  await ready(page);
  await page.locator('#facts summary').click();
  for (const tab of ['model', 'timing', 'code', 'steps', 'device']) {
    await page.getByTestId(`tab-${tab}`).click();
    await fits(`details, ${tab}`);
  }
  await page.locator('#facts summary').click();

  const files = [1, 2].map((at) => ({ name: `${at}_${FILE}`, mimeType: 'image/png', buffer: picture }));
  await page.getByTestId('file-input').setInputFiles(files[0]);
  await page.locator('#label', { hasText: '_background_' }).waitFor();
  await fits('a picture in Classify');
  await page.getByTestId('file-input').setInputFiles(files);
  await page.getByTestId('batch-save').waitFor();
  await fits('several pictures');

  await page.getByTestId('nav-models').click();
  await page.getByTestId(`model-card-file:${NAME}`).waitFor();
  await page.getByTestId(`model-card-file:${NAME}`).getByText('Details').click();
  await page.getByTestId('kept').getByText(NAME.slice(0, 20)).first().waitFor();
  await fits('Models');

  await page.getByTestId('nav-inspect').click();
  await page.getByTestId('layers').waitFor({ timeout: 30_000 });
  await page.getByTestId('inspect-progress').waitFor({ state: 'detached', timeout: 60_000 });
  await page.getByTestId('heat-class').waitFor();
  await fits('Inspect');

  await page.getByTestId('nav-measure').click();
  await page.getByTestId('measure-runs').selectOption('30');
  await fits('Measure, before');
  await page.getByTestId('measure-begin').click();
  // So small a model may be measured before anybody looks.
  await page.locator('[data-testid=measure-cancel], [data-testid=copy-link]').first().waitFor();
  await fits('Measure, under way');
  await page.getByTestId('copy-link').waitFor({ timeout: 60_000 });
  await fits('Measure, after');

  await page.getByTestId('nav-evaluate').click();
  await page.getByTestId('files-input').setInputFiles([
    ...files, { name: 'labels.csv', mimeType: 'text/csv', buffer: Buffer.from(`file,label\n${files[0].name},${LABELS[0]}\n${files[1].name},${LABELS[2]}\n`) },
  ]);
  await page.getByTestId('report').waitFor({ timeout: 30_000 });
  await fits('Evaluate');

  await give(page, [`broken_${NAME}`, 'no model']);
  await page.getByTestId('error').waitFor();
  await fits('an error');
  await close();
});
