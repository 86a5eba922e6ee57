// What the build puts into the one-file library (tools/lib/package/single.mjs).

/** Of the worker: a classic script. */
export const workerText: string;
/** Base64 of the module's bytes, deflated without a header. */
export const moduleText: string;
