// The types of the one-file library.
export * from '../gossamer.js';
export * from '../session.js';
