// The types of the one-file library.
export * from '../gossamer.js';
export { OutputTensor, Session, SessionInfo, SessionOptions, SessionResult } from '../session.js';
