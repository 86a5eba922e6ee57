// The drop-in for onnxruntime-web in one file, as gossamer.js beside this.

import './module.js';

export * from '../../ort.js';
export { default } from '../../ort.js';
