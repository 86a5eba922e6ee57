// Live inference as a page does it: something moves on a canvas, each frame that can be kept up with
// is classified, and the page goes on drawing. Measured is what that does to the page: frames drawn,
// against the same page without inference, and long tasks (over 50 ms) on the main thread.

import { createContender } from './contender.js';

/**
 * @typedef {object} LiveFigures
 * @property {number} idleRate  frames per second without inference
 * @property {number} rate  with it
 * @property {number} inferences  per second
 * @property {{count: number, total: number, longest: number}} longTasks  milliseconds
 * @property {number} seconds
 */

const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById('scene'));

/** @param {number} time  milliseconds */
function drawScene(time) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  context.fillStyle = '#246';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#fc6';
  context.fillRect(60 + 40 * Math.sin(time / 400), 40, 160, 120);
}

/** Draws frames for some time; how many per second. @param {number} seconds */
function animate(seconds) {
  return new Promise((/** @type {(rate: number) => void} */ resolve) => {
    const begin = performance.now();
    let frames = 0;
    const step = () => {
      drawScene(performance.now());
      frames += 1;
      const spent = performance.now() - begin;
      if (spent < 1000 * seconds) requestAnimationFrame(step);
      else resolve((1000 * frames) / spent);
    };
    requestAnimationFrame(step);
  });
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/**
 * @param {{config: import('./contender.js').ContenderConfig, seconds: number}} options
 * @returns {Promise<LiveFigures>}
 */
export async function live({ config, seconds }) {
  drawScene(0);
  const { contender } = await createContender(config);
  for (let i = 0; i < 5; i += 1) await contender.classify(canvas);
  const idleRate = await animate(1);

  /** @type {number[]} */
  const tasks = [];
  const observer = new PerformanceObserver((list) => {
    tasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: 'longtask' });
  const begin = performance.now();
  const drawing = animate(seconds);
  let inferences = 0;
  while (performance.now() - begin < 1000 * seconds) {
    await contender.classify(canvas);
    inferences += 1;
    await nextFrame();
  }
  const spent = (performance.now() - begin) / 1000;
  const rate = await drawing;
  await new Promise((resolve) => setTimeout(resolve, 100));  // entries arrive when a task has ended
  observer.disconnect();
  await contender.release();
  return {
    idleRate, rate, inferences: inferences / spent, seconds: spent,
    longTasks: {
      count: tasks.length, total: tasks.reduce((sum, task) => sum + task, 0), longest: Math.max(0, ...tasks),
    },
  };
}
