// The types of the one-file drop-in.
export * from '../ort.js';
export { default } from '../ort.js';
