// The drop-in against onnxruntime-web, check by check (tests/compat): both have to give the same values, shapes,
// types and metadata, and refuse the same things with the same class of error and the same words. Numbers of an
// engine may differ in their last digits.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../tools/lib/run.mjs';
import { compatFiles, compatModels } from '../compat/models.mjs';
import { checks as differences } from '../compat/ortDifferences.mjs';
import { setUp } from './helpers.mjs';
import { openBare } from './library.mjs';
import { encodePng } from './pictures.mjs';

const site = setUp({
  mounts: {
    '/onnxruntime-web/': path.join(root, 'node_modules/onnxruntime-web/dist'),
    '/compat/': path.join(root, 'tests/compat'),
  },
});
const OURS = '/ort.js';
const THEIRS = '/onnxruntime-web/ort.wasm.bundle.min.mjs';
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const picture = encodePng({ width: 3, height: 2, gray: new Uint8Array([0, 50, 100, 150, 200, 250]) });

/** @typedef {{value?: any, message?: string, kind?: string, said?: boolean, failure?: string}} Outcome */

/**
 * What every check of a file gives.
 * @param {string} library @param {string} file @param {object} [wasm]  settings
 * @returns {Promise<Record<string, Outcome>>}
 */
async function outcomes(library, file, wasm = {}) {
  const models = compatModels();
  /** @type {Record<string, Buffer>} */
  const files = { ...compatFiles(), 'picture.png': picture };
  for (const [name, model] of Object.entries(models)) files[`${name}.onnx`] = model;
  const { page, close } = await openBare(site, (fresh) => fresh.route('**/means/*', (route) => {
    const body = files[path.basename(new URL(route.request().url()).pathname)];
    return route.fulfill(body ? { body } : { status: 404 });
  }), isolated);
  const result = await page.evaluate(async ({ address, list, names, settings }) => {
    const [ort, { checks, outcome }] = await Promise.all([import(address), import(list)]);
    Object.assign(ort.env.wasm, settings);
    const folder = new URL('/means/', location.href).href;
    const bytes = await Promise.all(names.map(async (name) =>
      new Uint8Array(await (await fetch(`${folder}${name}.onnx`)).arrayBuffer())));
    const fresh = Object.fromEntries(names.map((name, i) => [name, () => bytes[i].slice()]));
    /** @type {[string, any][]} */
    const found = [];
    for (const one of checks) found.push([one.name, await outcome(one, ort, { models: fresh, folder })]);
    return found;
  }, { address: library, list: `/compat/${file}`, names: Object.keys(models), settings: wasm });
  await close();
  assert.equal(new Set(result.map(([name]) => name)).size, result.length, 'two checks have the same name');
  return Object.fromEntries(result);
}

/** Where two values differ, or nothing. @param {any} ours @param {any} theirs @param {string} where @returns {string} */
function difference(ours, theirs, where = 'value') {
  if (typeof theirs === 'object' && theirs) {
    const keys = Object.keys(theirs);
    if (typeof ours !== 'object' || !ours || String(Object.keys(ours)) !== String(keys)) {
      return `${where}: ${JSON.stringify(ours)}; there: ${JSON.stringify(theirs)}`;
    }
    return keys.map((key) => difference(ours[key], theirs[key], `${where}.${key}`)).find(Boolean) ?? '';
  }
  const near = Number.isFinite(ours) && Number.isFinite(theirs)
    && Math.abs(ours - theirs) <= 1e-5 * Math.max(1e-3, Math.abs(theirs));
  return near || Object.is(ours, theirs) ? '' : `${where}: ${ours}; there: ${theirs}`;
}

/** What is wrong with a check's outcomes, or nothing. @param {Outcome} ours @param {Outcome} theirs */
function fault(ours, theirs) {
  for (const [name, { failure, value }] of Object.entries({ ours, theirs })) {
    if (failure) return `${name} ${failure} ${value === undefined ? '' : JSON.stringify(value)}`;
  }
  if (theirs.message === undefined) return difference(ours.value, theirs.value);
  if (ours.said !== undefined) {
    return ours.said && theirs.said ? '' : `said: ${ours.message}; there: ${theirs.message}`;
  }
  return ours.kind === theirs.kind && ours.message?.startsWith(theirs.message) ? ''
    : `${ours.kind}: ${ours.message}; there ${theirs.kind}: ${theirs.message}`;
}

/** @param {Record<string, Outcome>} ours @param {Record<string, Outcome>} theirs */
function assertSame(ours, theirs) {
  assert.deepEqual(Object.keys(ours), Object.keys(theirs));
  const faults = Object.keys(theirs).map((name) => [name, fault(ours[name], theirs[name])]).filter(([, text]) => text);
  assert.equal(faults.map(([name, text]) => `${name}: ${text}`).join('\n'), '');
}

test('every check gives the same with Gossamer as with onnxruntime-web', async () => {
  const theirs = await outcomes(THEIRS, 'ortChecks.mjs', { numThreads: 1, wasmPaths: '/onnxruntime-web/' });
  const ours = await outcomes(OURS, 'ortChecks.mjs');
  assert.ok(Object.keys(theirs).length >= 150, `${Object.keys(theirs).length} checks`);
  assertSame(ours, theirs);
  // On the calling thread and on one thread, too.
  assertSame(await outcomes(OURS, 'ortChecks.mjs', { proxy: false, numThreads: 1 }), theirs);
});

/** Whether an outcome is the one that is expected. @param {Outcome} got @param {unknown} expected */
function isAs({ failure, value }, expected) {
  if (expected instanceof RegExp) return expected.test(failure ?? '');
  return failure === undefined && difference(value, expected) === '';
}

test('what differs is what is known to differ, on both sides', async () => {
  const theirs = await outcomes(THEIRS, 'ortDifferences.mjs', { numThreads: 1, wasmPaths: '/onnxruntime-web/' });
  const ours = await outcomes(OURS, 'ortDifferences.mjs');
  for (const { name, ours: here, theirs: there } of differences) {
    assert.ok(isAs(ours[name], here), `${name}: ${JSON.stringify(ours[name])}`);
    assert.ok(isAs(theirs[name], there), `${name}, there: ${JSON.stringify(theirs[name])}`);
    assert.ok(!isAs(ours[name], there), `${name} is the same on both sides`);
  }
});
