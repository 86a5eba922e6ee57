// The scripts that Emscripten writes into dist/wasm, as service-worker.js imports them.
declare module '*-base.js' { const factory: unknown; export default factory; }
declare module '*-base-all.js' { const factory: unknown; export default factory; }
declare module '*-simd.js' { const factory: unknown; export default factory; }
declare module '*-simd-all.js' { const factory: unknown; export default factory; }
declare module '*-relaxed.js' { const factory: unknown; export default factory; }
declare module '*-relaxed-all.js' { const factory: unknown; export default factory; }
