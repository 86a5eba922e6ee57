// The JavaScript half of the model source (ScriptSource in web.cc). The loader reads a model piece by
// piece; the pieces come from Module.sources, a Map from source id to Uint8Array that the page's
// engine (web/lib/engine.js) fills before it calls gossamer_create. So a model's bytes stay in an
// ArrayBuffer of the worker, and the wasm heap only ever holds the tensor being packed.
//
// This is an Emscripten JS library: it is linked with --js-library, not loaded by the page.
// Property names are quoted so that a closure-minified build keeps them.

mergeInto(LibraryManager.library, {
  // Copies [offset, offset + length) of a source to `target` in wasm memory. offset is a double:
  // files may pass 4 GB while pointers are 32 bits. Returns 1, or 0 for a range or id that does
  // not exist.
  gossamer_source_read: function (sourceId, offset, target, length) {
    const sources = Module['sources'];
    const bytes = sources && sources.get(sourceId);
    length >>>= 0;
    if (!bytes || !(offset >= 0) || offset + length > bytes.length) return 0;
    HEAPU8.set(bytes.subarray(offset, offset + length), target >>> 0);
    return 1;
  },

  gossamer_source_release: function (sourceId) {
    const sources = Module['sources'];
    if (sources) sources.delete(sourceId);
  },
});
