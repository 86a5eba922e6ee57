// The types of the one-file library.
export * from '../gossamer.js';
/** The drop-in for onnxruntime-web. */
export * as ort from '../ort.js';
