// The types of the drop-in, for apps in TypeScript. Tensor and InferenceSession are classes here; what an
// app sees of them is described in this file, so that it can pass for onnxruntime-common's: the type of a
// tensor's elements follows from the arguments of its constructor, and an app's session options, run options and
// feeds are accepted as they are. Nothing is here at run time.

/**
 * @typedef {object} DataTypeMap  the array that holds a tensor's elements, by their type
 * @property {Float32Array} float32
 * @property {Uint8Array} uint8
 * @property {Int8Array} int8
 * @property {Uint16Array} uint16
 * @property {Int16Array} int16
 * @property {Int32Array} int32
 * @property {BigInt64Array} int64
 * @property {string[]} string
 * @property {Uint8Array} bool
 * @property {Uint16Array} float16  a Float16Array where the browser has that
 * @property {Float64Array} float64
 * @property {Uint32Array} uint32
 * @property {BigUint64Array} uint64
 * @property {Uint8Array} uint4  two elements in each byte
 * @property {Int8Array} int4
 *
 * @typedef {keyof DataTypeMap} TensorType
 * @typedef {DataTypeMap[TensorType]} TensorData
 * @typedef {'none' | 'cpu' | 'cpu-pinned' | 'texture' | 'gpu-buffer' | 'ml-tensor'} Location  the last three are not here
 *
 * @typedef {import('./image.js').PixelSource | string | URL} ImageSource
 * @typedef {import('./image.js').FromImageOptions} FromImageOptions
 * @typedef {import('./image.js').ToImageOptions} ToImageOptions
 */

/**
 * @template {TensorType} T
 * @typedef {object} TypedTensor
 * @property {T} type
 * @property {readonly number[]} dims
 * @property {number} size  number of elements
 * @property {DataTypeMap[T]} data
 * @property {Location} location
 * @property {never} texture
 * @property {never} gpuBuffer
 * @property {never} mlTensor
 * @property {(releaseData?: boolean) => Promise<DataTypeMap[T]>} getData
 * @property {() => void} dispose
 * @property {(dims: readonly number[]) => TypedTensor<T>} reshape
 * @property {(options?: ToImageOptions) => ImageData} toImageData
 * @property {(options?: ToImageOptions) => string} toDataURL
 */

/** @typedef {TypedTensor<TensorType>} AnyTensor */

/**
 * @typedef {{
 *   new (type: 'string', data: readonly string[], dims?: readonly number[]): TypedTensor<'string'>,
 *   new (type: 'bool', data: Uint8Array | readonly boolean[], dims?: readonly number[]): TypedTensor<'bool'>,
 *   new (type: 'uint8', data: Uint8ClampedArray, dims?: readonly number[]): TypedTensor<'uint8'>,
 *   new <T extends 'uint64' | 'int64'>(type: T, data: DataTypeMap[T] | readonly bigint[] | readonly number[],
 *     dims?: readonly number[]): TypedTensor<T>,
 *   new <T extends Exclude<TensorType, 'string' | 'bool' | 'uint64' | 'int64'>>(type: T,
 *     data: DataTypeMap[T] | readonly number[], dims?: readonly number[]): TypedTensor<T>,
 *   new (data: Float32Array, dims?: readonly number[]): TypedTensor<'float32'>,
 *   new (data: Int8Array, dims?: readonly number[]): TypedTensor<'int8'>,
 *   new (data: Uint8Array, dims?: readonly number[]): TypedTensor<'uint8'>,
 *   new (data: Uint8ClampedArray, dims?: readonly number[]): TypedTensor<'uint8'>,
 *   new (data: Uint16Array, dims?: readonly number[]): TypedTensor<'uint16'>,
 *   new (data: Int16Array, dims?: readonly number[]): TypedTensor<'int16'>,
 *   new (data: Int32Array, dims?: readonly number[]): TypedTensor<'int32'>,
 *   new (data: BigInt64Array, dims?: readonly number[]): TypedTensor<'int64'>,
 *   new (data: readonly string[], dims?: readonly number[]): TypedTensor<'string'>,
 *   new (data: readonly boolean[], dims?: readonly number[]): TypedTensor<'bool'>,
 *   new (data: Float64Array, dims?: readonly number[]): TypedTensor<'float64'>,
 *   new (data: Uint32Array, dims?: readonly number[]): TypedTensor<'uint32'>,
 *   new (data: BigUint64Array, dims?: readonly number[]): TypedTensor<'uint64'>,
 *   new (type: TensorType, data: TensorData | readonly number[] | readonly string[] | readonly bigint[] |
 *     readonly boolean[], dims?: readonly number[]): AnyTensor,
 *   new (data: TensorData, dims?: readonly number[]): AnyTensor,
 *   fromImage(image: ImageSource, options?: FromImageOptions | null):
 *     Promise<TypedTensor<'float32'> | TypedTensor<'uint8'>>,
 *   fromPinnedBuffer<T extends Exclude<TensorType, 'string'>>(type: T, buffer: DataTypeMap[T],
 *     dims?: readonly number[]): TypedTensor<T>,
 *   fromTexture(...unsupported: unknown[]): never,
 *   fromGpuBuffer(...unsupported: unknown[]): never,
 *   fromMLTensor(...unsupported: unknown[]): never,
 * }} TensorConstructor
 */

/**
 * @typedef {import('../modelFiles.js').FileData | SharedArrayBuffer} FileData
 * @typedef {string | File | {path: string, data: FileData}} ExternalFile  a text is address and name
 *
 * @typedef {object} SessionOptions  those below `enableProfiling` have no effect
 * @property {readonly (string | {name: string})[]} [executionProviders]  'wasm' or 'cpu' must be among them
 * @property {Readonly<Record<string, number>>} [freeDimensionOverrides]  extents of open dimensions, by name
 * @property {readonly ExternalFile[] | false} [externalData]  files with the model's weights. Beside a model
 *     that comes from an address they are found without; false: they are not
 * @property {boolean} [enableProfiling]  time every step, for endProfiling()
 * @property {'disabled' | 'basic' | 'extended' | 'layout' | 'all'} [graphOptimizationLevel]
 * @property {'sequential' | 'parallel'} [executionMode]
 * @property {number} [intraOpNumThreads]
 * @property {number} [interOpNumThreads]
 * @property {boolean} [enableCpuMemArena]
 * @property {boolean} [enableMemPattern]
 * @property {string} [optimizedModelFilePath]
 * @property {string} [profileFilePrefix]
 * @property {string} [logId]
 * @property {0 | 1 | 2 | 3 | 4} [logSeverityLevel]
 * @property {number} [logVerbosityLevel]
 * @property {unknown} [preferredOutputLocation]
 * @property {boolean} [enableGraphCapture]
 * @property {Record<string, unknown>} [extra]
 *
 * @typedef {object} RunOptions  without effect, but for `terminate`
 * @property {boolean} [terminate]  the run is refused
 * @property {0 | 1 | 2 | 3 | 4} [logSeverityLevel]
 * @property {number} [logVerbosityLevel]
 * @property {string} [tag]
 * @property {Record<string, unknown>} [extra]
 *
 * @typedef {Readonly<Record<string, AnyTensor>>} Feeds
 * @typedef {readonly string[] | Readonly<Record<string, AnyTensor | null>>} Fetches
 *
 * @typedef {{name: string, isTensor: true, type: TensorType, shape: readonly (number | string)[]}} ValueMetadata
 *     an open extent is its name in the model, or -1
 */

/**
 * @typedef {{
 *   run(feeds: Feeds, options?: RunOptions): Promise<Feeds>,
 *   run(feeds: Feeds, fetches: Fetches, options?: RunOptions): Promise<Feeds>,
 *   release(): Promise<void>,
 *   startProfiling(): void,
 *   endProfiling(): Promise<void>,
 *   readonly inputNames: readonly string[],
 *   readonly outputNames: readonly string[],
 *   readonly inputMetadata: readonly ValueMetadata[],
 *   readonly outputMetadata: readonly ValueMetadata[],
 * }} Session
 *
 * @typedef {{
 *   create(model: string | URL | ArrayBufferLike | Uint8Array | Blob | import('../modelFiles.js').Stream, options?: SessionOptions): Promise<Session>,
 *   create(buffer: ArrayBufferLike, byteOffset: number, byteLength?: number, options?: SessionOptions): Promise<Session>,
 * }} SessionFactory
 */

/**
 * @typedef {object} WasmFlags
 * @property {string | {mjs?: string | URL, wasm?: string | URL}} [wasmPaths]  folder with gossamer-*.js and
 *     .wasm, or these two; default: beside the library. A URL will do for a folder, too
 * @property {ArrayBufferLike | Uint8Array} [wasmBinary]  the module's bytes
 * @property {boolean | 'fixed' | 'relaxed'} [simd]  false: no SIMD; 'fixed': SIMD without the relaxed
 *     instructions; otherwise the best that the browser has
 * @property {boolean} [proxy]  false computes on the calling thread. Here the default is a worker
 * @property {number} [initTimeout]  milliseconds that starting the runtime may take; 0: any
 * @property {number} [numThreads]  that compute; 0: as many as suit the device
 * @property {boolean} [trace]  without effect
 *
 * @typedef {'verbose' | 'info' | 'warning' | 'error' | 'fatal'} LogLevel  without effect: nothing is logged
 *
 * @typedef {{wasm: WasmFlags, webgpu: any, webgl: any, versions: {common: string, gossamer: string}, logLevel?: LogLevel,
 *     debug?: boolean, trace?: boolean, [name: string]: unknown}} Env
 */

export {};
