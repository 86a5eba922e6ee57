// Kernel figures for the roofline: what `npm run bench:kernels -- --json` wrote, natively or in a
// browser. The labels of its layers give their extents, and from these follow the bytes that a layer
// has to move at least: input, weights and output once each.
import { readFileSync } from 'node:fs';

/** @typedef {import('../report/scatter.mjs').KernelFigures} KernelFigures */
/** @typedef {{layer: string, kernel: string, taken: boolean, microseconds: number, multiply_adds: number}} Row */

/** @param {string} extents  as 56x56x64 */
const product = (extents) => extents.split('x').reduce((total, extent) => total * Number(extent), 1);

/**
 * Bytes that a layer of floats moves at least; NaN for a label of another kind.
 * @param {string} label  "conv 56x56x64 > 28x28x128, 3x3", "gemm 1x512x1000", "matmul 3 of 197x64x197"
 * @param {number} multiplyAdds
 */
export function leastBytes(label, multiplyAdds) {
  const window = /([\dx]+) > (\d+)x(\d+)x(\d+)/.exec(label);
  if (window) {
    const [, input, high, wide, channels] = window;
    const pixels = Number(high) * Number(wide);
    return 4 * (product(input) + pixels * Number(channels) + multiplyAdds / pixels);
  }
  const matrix = /(?:(\d+) of )?(\d+)x(\d+)x(\d+)/.exec(label);
  if (!matrix) return NaN;
  const [count, m, k, n] = [matrix[1] ?? 1, ...matrix.slice(2)].map(Number);
  return 4 * count * (m * k + k * n + m * n);
}

/** Gigabytes that copying moves per second, in and out of memory: the slope of the roof. */
export function memoryBandwidth() {
  const bytes = 128 * 2 ** 20;
  const [from, to] = [new Uint8Array(bytes).fill(1), new Uint8Array(bytes)];
  let best = 0;
  for (let i = 0; i < 5; i += 1) {
    const begin = performance.now();
    to.set(from);
    best = Math.max(best, 2 * bytes / (performance.now() - begin) / 1e6);
  }
  return best;
}

/**
 * @param {string[]} files
 * @param {number} [gigabytes]  bandwidth of memory
 * @returns {KernelFigures}
 */
export function readKernels(files, gigabytes = memoryBandwidth()) {
  const reports = files.map((file) => {
    const text = readFileSync(file, 'utf8');
    return JSON.parse(text.slice(text.indexOf('{')));  // npm says first what it runs
  });
  const kernels = reports.flatMap(({ level, rows }) => /** @type {Row[]} */ (rows)
    // Those that plans take; others were measured to be compared with them.
    .filter(({ taken, multiply_adds: work }) => taken && work > 0)
    .map(({ layer, kernel, microseconds, multiply_adds: work }) => ({
      name: `${layer}, ${kernel}`, series: level, gflops: 2 * work / microseconds / 1e3,
      intensity: 2 * work / leastBytes(layer, work),
    }))
    .filter(({ intensity }) => Number.isFinite(intensity)));
  if (kernels.length === 0) throw new Error(`${files.join(', ')}: no kernels with multiply-adds in them`);
  return { roof: { gflops: Math.max(...reports.map((report) => report.peak_gflops)), gigabytes }, kernels };
}
