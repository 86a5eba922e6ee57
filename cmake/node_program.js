// Appended to wasm programs that run under Node. An .mjs output is a module that exports a factory;
// calling it here makes the file a program: `node file.mjs arguments`, which sees the environment.
await Module({ preRun: ({ ENV }) => Object.assign(ENV ?? {}, globalThis.process.env) });
