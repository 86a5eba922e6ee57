// What bench/preprocess.mjs runs in the page. Playwright sends each function as text, so neither may
// use anything from outside itself.

/** @typedef {{x: number, y: number, width: number, height: number}} Area */

/**
 * The wasm module alone: pixels already lie in its memory.
 * @param {{width: number, height: number, side: number, level: string, recipe: string, model: string, runs: number}} request
 * @returns {Promise<{checksum: string, used: Area, times: number[]}>}  FNV-1a over the input's bytes; the
 *     part of the picture that counts; milliseconds
 */
export async function measureModule({ width, height, side, level, recipe, model, runs }) {
  const glue = new URL(`/wasm/gossamer-${level}.js`, location.href).href;
  const bytes = Uint8Array.from(atob(model), (char) => char.charCodeAt(0));
  const module = await WebAssembly.compileStreaming(fetch(glue.replace(/js$/, 'wasm')));
  const wasm = await (await import(glue)).default({
    sources: new Map([[1, bytes], [2, bytes]]),
    instantiateWasm: (
      /** @type {WebAssembly.Imports} */ imports,
      /** @type {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} */ receive,
    ) => {
      WebAssembly.instantiate(module, imports).then((instance) => receive(instance, module));
      return {};
    },
  });
  const create = (/** @type {number} */ source, /** @type {string} */ text) => {
    const options = new TextEncoder().encode(`recipe=${text}\0`);
    const pointer = wasm._gossamer_alloc(options.length);
    wasm.HEAPU8.set(options, pointer);
    const handle = wasm._gossamer_create(source, bytes.length, pointer);
    if (!handle) throw new Error(`no session for ${text}`);
    return handle;
  };
  // The picture of tests/image/make_torchvision.py.
  const rgba = wasm._gossamer_alloc(width * height * 4);
  for (let y = 0, at = rgba; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      for (let c = 0; c < 3; ++c) {
        const noise = Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(c, 83492791);
        wasm.HEAPU8[at++] = ((x * x + y * y * 3 + x * c * 40) >>> 7) + (noise >>> 25);
      }
      wasm.HEAPU8[at++] = 255;
    }
  }

  const plain = create(1, `${recipe};scale=1`);
  if (!wasm._gossamer_set_image(plain, 0, rgba, width, height)) throw new Error('set_image failed');
  const { buffer } = wasm.HEAPU8;
  const [address] = new Uint32Array(buffer, wasm._gossamer_input(plain, 0), 1);  // of a TensorPlace
  const input = new Float32Array(buffer, address, 3 * side * side);
  const checksum = input.reduce((sum, byte) => Math.imul(sum ^ byte, 16777619), 2166136261) >>> 0;

  const [x, y, usedWidth, usedHeight] = new Int32Array(buffer, wasm._gossamer_used_pixels(plain, 0, width, height), 4);
  const handle = create(2, `${recipe};mean=0.485,0.456,0.406;std=0.229,0.224,0.225`);
  const times = [];
  for (let run = -runs; run < runs; ++run) {
    const begin = performance.now();
    wasm._gossamer_set_image(handle, 0, rgba, width, height);
    if (run >= 0) times.push(performance.now() - begin);
    // Lets V8 replace its baseline code by the optimised one.
    else if (run % 20 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  const used = { x, y, width: usedWidth, height: usedHeight };
  return { checksum: checksum.toString(16).padStart(8, '0'), used, times };
}

/**
 * The library, for each kind of picture; and the browser's share again, outside the library.
 * @param {{width: number, height: number, level: string, recipe: string, used: Area, model: string,
 *     runs: number}} request  used: as measureModule found for the recipe
 * @returns {Promise<Record<string, {preprocess: number[], capture: number[], read: number[]}>>}
 */
export async function measureLibrary({ width, height, level, recipe, used, model, runs }) {
  const { ImageClassifier } = await import(new URL('/gossamer.js', location.href).href);
  // As their sources have them: no file of the site is one of these modules alone.
  const [{ capture }, { readRgba }] = await Promise.all(['capture', 'pixels'].map((name) =>
    import(new URL(`/web/lib/${name}.js`, location.href).href)));
  const bytes = Uint8Array.from(atob(model), (char) => char.charCodeAt(0));
  const classifier = await ImageClassifier.createFromModelBuffer(bytes, {
    level, recipe: `${recipe};mean=0.485,0.456,0.406;std=0.229,0.224,0.225`,
  });
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const noise = context.createImageData(width, height);
  noise.data.forEach((_, i) => { noise.data[i] = i % 4 === 3 ? 255 : Math.imul(i, 2654435761) >>> 24; });
  context.putImageData(noise, 0, 0);
  const video = Object.assign(document.createElement('video'), { muted: true });
  video.srcObject = await navigator.mediaDevices.getUserMedia({
    video: { width: { exact: width }, height: { exact: height } },
  });
  await video.play();

  const kept = new Uint8Array(width * (height + 1) * 4);
  const luma = new Uint8Array((width * height * 3) / 2).map((_, i) => (i * 7) & 255);
  const frame = new VideoFrame(luma, { format: 'I420', codedWidth: width, codedHeight: height, timestamp: 0 });
  const sources = { ImageData: noise, ImageBitmap: await createImageBitmap(canvas), canvas, VideoFrame: frame, video };
  const read = (/** @type {object} */ captured) => readRgba(captured, undefined, () => ({ memory: kept, used }));
  const scores = async (/** @type {unknown} */ source) =>
    JSON.stringify((await classifier.classify(source)).classifications[0].categories);
  const expected = await scores(noise);
  /** @type {Record<string, {preprocess: number[], capture: number[], read: number[]}>} */
  const figures = {};
  for (const [kind, source] of Object.entries(sources)) {
    // The others show something else.
    if (['ImageBitmap', 'canvas'].includes(kind) && await scores(source) !== expected) {
      throw new Error(`${kind}: another result than for ImageData`);
    }
    const figure = { preprocess: [], capture: [], read: [] };
    figures[kind] = /** @type {any} */ (figure);
    let spare;
    for (let run = -runs; run < runs; ++run) {
      const { timing } = await classifier.classify(source);
      const begin = performance.now();
      /** @type {any} */
      const captured = await capture(source, spare);
      const taken = performance.now();
      await read(captured);
      const end = performance.now();
      spare = captured.rgba?.data.buffer;
      if (run < 0) continue;
      figures[kind].preprocess.push(timing.preprocess);
      figures[kind].capture.push(taken - begin);
      figures[kind].read.push(end - taken);
    }
  }
  for (const track of /** @type {MediaStream} */ (video.srcObject).getTracks()) track.stop();
  await classifier.close();
  return figures;
}
