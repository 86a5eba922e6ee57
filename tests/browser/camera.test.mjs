// The webcam, played by Chromium's fake device from a video that is rendered here: a digit on light
// paper. Starting, reading, pausing while hidden, stopping, and a refused permission.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { draw, errorText, expectClassifies, reading, ready, setUp } from './helpers.mjs';
import { encodePng, encodeY4m, renderDigit } from './pictures.mjs';

const DIGIT = 5;
const folder = mkdtempSync(path.join(tmpdir(), 'gossamer-camera-'));
const video = path.join(folder, 'digit.y4m');
writeFileSync(video, encodeY4m(renderDigit(DIGIT, { width: 320, height: 240, size: 150 })));
after(() => rmSync(folder, { recursive: true }));

const site = setUp({
  flags: [
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${video}`,
  ],
});

const tracksLive = () => {
  const stream = /** @type {MediaStream | null} */ (
    /** @type {HTMLVideoElement} */ (document.getElementById('video')).srcObject);
  return stream?.getTracks().filter(({ readyState }) => readyState === 'live').length ?? 0;
};

test('a digit held to the camera is read, until the camera is stopped', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const toggle = page.getByTestId('camera-toggle');
  await toggle.click();
  await page.locator('#label', { hasText: new RegExp(`^${DIGIT}$`) }).waitFor({ timeout: 15_000 });
  assert.equal(await toggle.innerText(), 'Stop camera');
  await page.locator('#rate', { hasText: /\d+ per second/ }).waitFor();
  assert.ok(await page.locator('#crop').isVisible());
  const attributes = await page.locator('#video').evaluate((element) =>
    ['muted', 'playsinline'].map((name) => element.hasAttribute(name)));
  assert.deepEqual(attributes, [true, true]);
  await toggle.click();
  assert.equal(await toggle.innerText(), 'Start camera');
  assert.equal(await page.evaluate(tracksLive), 0);
  await expectClassifies(page, 8);
  await close();
});

test('the camera is released while the page is hidden, and comes back', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('camera-toggle').click();
  await page.waitForFunction(tracksLive);
  const hide = (/** @type {boolean} */ hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  const freeze = page.getByTestId('freeze');
  await freeze.click();
  assert.equal(await freeze.innerText(), 'Go on');
  await hide(true);
  assert.equal(await page.evaluate(tracksLive), 0);
  await hide(false);
  await page.waitForFunction(tracksLive);
  await page.locator('#label', { hasText: new RegExp(`^${DIGIT}$`) }).waitFor({ timeout: 15_000 });
  assert.equal(await freeze.innerText(), 'Freeze', 'the picture that stood still is gone');
  await close();
});

test('when the camera goes away the pad comes back', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await page.getByTestId('camera-toggle').click();
  await page.waitForFunction(tracksLive);
  await page.evaluate(() => {
    const stream = /** @type {MediaStream} */ (
      /** @type {HTMLVideoElement} */ (document.getElementById('video')).srcObject);
    stream.getTracks()[0].dispatchEvent(new Event('ended'));
  });
  assert.equal(await page.getByTestId('camera-toggle').innerText(), 'Start camera');
  await expectClassifies(page, 6);
  await close();
});

test('a refused camera is explained, and the page goes on', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
  }));
  await ready(page);
  await expectClassifies(page, 6);
  await page.getByTestId('camera-toggle').click();
  assert.match(await errorText(page), /camera cannot be used[\s\S]*permission/i);
  assert.equal((await reading(page)).label, '6', 'what was drawn before is read again');
  await page.getByTestId('draw-pad').press('4');
  assert.ok(await page.getByTestId('error').isHidden(), 'a sample puts the panel away');
  assert.equal(await page.getByTestId('camera-toggle').innerText(), 'Start camera');
  await expectClassifies(page, 1);
  await close();
});

/** A page whose permission questions stay open until `answer` is called. */
async function asking() {
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(() => {
    const media = navigator.mediaDevices;
    const original = media.getUserMedia.bind(media);
    const all = Object.assign(globalThis, { streams: /** @type {MediaStream[]} */ ([]), questions: /** @type {(() => void)[]} */ ([]) });
    media.getUserMedia = async (wanted) => {
      await new Promise((resolve) => { all.questions.push(() => resolve(undefined)); });
      const stream = await original(wanted);
      all.streams.push(stream);
      return stream;
    };
  }));
  await ready(page);
  const answer = async (/** @type {number} */ index) => {
    await page.evaluate((at) => /** @type {any} */ (globalThis).questions[at](), index);
    await page.waitForFunction((at) => /** @type {any} */ (globalThis).streams.length > at, index);
  };
  return { page, close, answer };
}

test('a camera that is allowed once another view is shown does not run', async () => {
  const { page, close, answer } = await asking();
  await page.getByTestId('camera-toggle').click();
  await page.getByTestId('nav-models').click();
  await page.locator('.model-card').first().waitFor();
  await answer(0);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).streams[0].getTracks()[0].readyState === 'ended');
  assert.equal(await page.locator('#frame').getAttribute('data-mode'), 'draw');
  await close();
});

test('a start that a picture has overtaken leaves the next one its camera', async () => {
  const { page, close, answer } = await asking();
  const toggle = page.getByTestId('camera-toggle');
  await toggle.click();
  const buffer = encodePng(renderDigit(3));
  await page.getByTestId('file-input').setInputFiles({ name: '3.png', mimeType: 'image/png', buffer });
  await page.locator('#frame[data-mode=image]').waitFor();
  await toggle.click();
  await page.waitForFunction(() => /** @type {any} */ (globalThis).questions.length === 2);
  await answer(0);
  await answer(1);
  await page.locator('#label', { hasText: new RegExp(`^${DIGIT}$`) }).waitFor({ timeout: 15_000 });
  assert.equal(await page.evaluate(tracksLive), 1);
  await close();
});

test('a chosen camera that is gone is not asked for again', async () => {
  const { page, close } = await site.open();
  await ready(page);
  const asked = await page.evaluate(async () => {
    const media = navigator.mediaDevices;
    const original = media.getUserMedia.bind(media);
    /** @type {string[]} */
    const questions = [];
    media.getUserMedia = (wanted) => {
      const { video } = /** @type {{video: MediaTrackConstraints}} */ (wanted);
      questions.push(video.deviceId ? 'this one' : 'any');
      return original(wanted);
    };
    const { Camera } = await import(new URL('app/camera.js', document.baseURI).href);
    const video = document.createElement('video');
    video.muted = true;
    const camera = new Camera(video, async () => {}, () => {});
    await camera.start({ deviceId: 'gone' }).catch((/** @type {Error} */ { name }) => questions.push(name));
    await camera.start();
    await camera.start({ deviceId: (await camera.devices()).current });
    /** @type {MediaStream} */ (video.srcObject).getTracks()[0].dispatchEvent(new Event('ended'));
    await camera.start();
    camera.stop();
    return questions;
  });
  assert.deepEqual(asked, ['this one', 'OverconstrainedError', 'any', 'this one', 'any']);
  await close();
});

test('a camera that is stopped leaves the drawing that was there before', async () => {
  const { page, close } = await site.open();
  await ready(page);
  await draw(page, 3);
  assert.equal((await reading(page)).label, '3');
  await page.getByTestId('camera-toggle').click();
  await page.waitForFunction(tracksLive);
  await page.locator('#label', { hasText: new RegExp(`^${DIGIT}$`) }).waitFor({ timeout: 15_000 });
  await page.getByTestId('camera-toggle').click();
  await page.locator('#label', { hasText: /^3$/ }).waitFor();
  await close();
});

test('while the camera is asked for, no rate of it is shown', async () => {
  const { page, close } = await site.open('', {}, (fresh) => fresh.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
  }));
  await ready(page);
  await draw(page, 3);
  await page.getByTestId('camera-toggle').click();
  await page.locator('#options summary').click();
  await page.getByTestId('count').selectOption('3');  // lays the result out anew
  assert.equal((await reading(page)).label, '3');
  assert.equal(await page.locator('#rate-field').isVisible(), false);
  await close();
});
