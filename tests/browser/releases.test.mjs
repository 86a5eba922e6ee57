// What is given back: sessions are made and closed over and over, each in an engine of its own with its
// threads, or many in one engine. Watched are the memory of the browser's processes, the module's, the
// page's objects, and how many workers there are.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setUp } from './helpers.mjs';
import { openBare } from './library.mjs';
import { wideModel } from '../support/wideModel.mjs';

const site = setUp();
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const wide = wideModel().toString('base64');

/** As many as there is time for. */
const CYCLES = Number(process.env.GOSSAMER_CYCLES ?? 40);
/** Cycles after which everything has been used once. */
const FIRST = 12;

/** This process's descendants: the browser's. */
function browserProcesses() {
  /** @type {Map<number, number>} */
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]));
    } catch {
      // It has ended.
    }
  }
  const isOurs = (/** @type {number} */ id) => {
    for (let at = id; at > 1; at = parents.get(at) ?? 0) if (parents.get(at) === process.pid) return true;
    return false;
  };
  return [...parents.keys()].filter(isOurs);
}

/** Workers that the browser runs. */
function workerThreads() {
  let count = 0;
  for (const id of browserProcesses()) {
    try {
      for (const task of readdirSync(`/proc/${id}/task`)) {
        count += readFileSync(`/proc/${id}/task/${task}/comm`, 'utf8').startsWith('DedicatedWorker') ? 1 : 0;
      }
    } catch {
      // It has ended.
    }
  }
  return count;
}

/** Bytes that the browser holds. */
function residentBytes() {
  let pages = 0;
  for (const id of browserProcesses()) {
    try {
      const [, resident, shared] = readFileSync(`/proc/${id}/statm`, 'utf8').split(' ').map(Number);
      pages += resident - shared;
    } catch {
      // It has ended.
    }
  }
  return pages * 4096;
}

/** @param {() => boolean} condition */
async function eventually(condition) {
  for (let i = 0; i < 200 && !condition(); ++i) await new Promise((resolve) => { setTimeout(resolve, 50); });
  return condition();
}

/**
 * A page with `make(threads)`, which makes a classifier; `heaps` lists the module's memory after each.
 * @param {string} rest  more of its script
 */
async function openPage(rest) {
  const { page, close } = await openBare(site, undefined, isolated);
  await page.evaluate(`(async () => {
    const Original = Worker;
    globalThis.heaps = [];
    globalThis.Worker = class extends Original {
      constructor(...args) {
        super(...args);
        this.addEventListener('message', ({ data: { value } }) => { if (value?.heap) heaps.push(value.heap); });
      }
    };
    const lib = await import('/gossamer.js');
    const bytes = Uint8Array.from(atob('${wide}'), (c) => c.charCodeAt(0));
    const image = new ImageData(96, 96);
    globalThis.make = (threads) => lib.ImageClassifier.createFromModelBuffer(bytes, { threads });
    ${rest}
  })()`);
  const session = await page.context().newCDPSession(page);
  /** What the page's objects take, once those that nobody needs are gone. */
  const objects = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  return { page, close, objects };
}

test(`${CYCLES} engines end with their threads, also in the middle of a run, and give their memory back`, async (t) => {
  const { page, close, objects } = await openPage(`
    globalThis.cycle = async (count) => {
      for (let i = 0; i < count; ++i) {
        globalThis.held = await make(3);
        await held.classify(image);
        if (i + 1 === count) return;
        const running = held.classify(image).catch(() => {});
        held.close();
        await running;
      }
    };`);
  await page.evaluate(`cycle(${FIRST})`);
  assert.ok(await eventually(() => workerThreads() === 3), `${workerThreads()} workers`);
  const before = [residentBytes(), await objects()];
  await page.evaluate('held.close()');
  assert.ok(await eventually(() => workerThreads() === 0), `${workerThreads()} workers`);
  await page.evaluate(`cycle(${CYCLES})`);
  assert.ok(await eventually(() => workerThreads() === 3), `${workerThreads()} workers`);
  // A cycle holds some 15 MB: what is kept of each would show.
  assert.ok(await eventually(() => residentBytes() < before[0] + 150e6), `${before[0]} bytes before, ${residentBytes()} after`);
  const after = [residentBytes(), await objects()];
  t.diagnostic(`${before.map(inMB)} MB resident and in objects after ${FIRST} cycles, ${after.map(inMB)} after ${CYCLES} more`);
  assert.ok(after[1] < before[1] + CYCLES * 5e3, `objects: ${before[1]} bytes before, ${after[1]} after`);
  await close();
});

for (const threads of [1, 2]) {
  test(`${CYCLES} sessions in one engine of ${threads} ${threads > 1 ? 'threads' : 'thread'}: its memory is used again`, async (t) => {
    const { page, close, objects } = await openPage(`
      globalThis.kept = await make(${threads});
      globalThis.cycle = async (count) => {
        for (let i = 0; i < count; ++i) {
          const one = await make(${threads});
          const running = one.classify(image);
          if (i % 2) await running;
          else running.catch(() => {});
          await one.close();
        }
        await kept.classify(image);
        return heaps.at(-1);
      };`);
    const heap = await page.evaluate(`cycle(${FIRST})`);
    const before = await objects();
    assert.equal(await page.evaluate(`cycle(${CYCLES})`), heap);
    const after = await objects();
    t.diagnostic(`${inMB(heap)} MB of the module's memory, ${inMB(before)} MB in objects after ${FIRST} cycles, ${inMB(after)} after ${CYCLES} more`);
    assert.ok(after < before + CYCLES * 5e3, `objects: ${before} bytes before, ${after} after`);
    assert.equal(workerThreads(), threads);
    await close();
  });
}

/** @param {number} bytes */
const inMB = (bytes) => (bytes / 1e6).toFixed(2);
