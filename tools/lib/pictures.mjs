// Inputs on which runtimes are compared, and what of their outputs has to agree. Made from a seed, so
// that every run and every machine sees the same ones.
import { randomSource } from '../../tests/differential/choices.mjs';

export { sameClass, softmax } from '../../web/app/measure/agreement.js';

/**
 * Pictures as a network sees them, normalised: noise, waves, plain colours, edges and mixtures of
 * these, of different strength.
 * @param {number[]} shape  batch, channels, height, width
 * @param {number} index
 */
export function picture([, channels, high, wide], index) {
  const random = randomSource(index + 1);
  const uniform = () => random() / 2 ** 32;
  const strength = [1, 2.5, 0.3, 1.5, 0.05][index % 5];
  const kind = index % 4;
  const values = new Float32Array(channels * high * wide);
  for (let c = 0, at = 0; c < channels; c += 1) {
    const [level, across, down, phase] = [uniform() * 4 - 2, uniform() * 12, uniform() * 12, uniform() * 6];
    for (let y = 0; y < high; y += 1) {
      for (let x = 0; x < wide; x += 1, at += 1) {
        const noise = uniform() + uniform() + uniform() + uniform() - 2;
        const wave = Math.sin((across * x) / wide + (down * y) / high + phase);
        const edge = (x * (1 + across) > y * (1 + down)) === phase > 3 ? 1 : -1;
        const value = [noise * 1.7, wave, level + noise * 0.1, edge * 0.8 + noise * 0.3][kind] * strength;
        // No pixel lies beyond these after the usual normalisation.
        values[at] = Math.min(2.7, Math.max(-2.2, value));
      }
    }
  }
  return values;
}
