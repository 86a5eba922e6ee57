// What goes between the page and its engines, as types: each call has a request and an answer. The page
// posts a Call, and the worker (serve.js) answers with its id and a value, or an error. What names a session
// does so by a number of the page's.

/**
 * @typedef {import('./capture.js').Pixels} Pixels
 * @typedef {import('./capture.js').Region} Region
 * @typedef {import('./tensors.js').TensorBytes} TensorBytes
 *
 * @typedef {{name: string, type: string, shape: number[], map?: boolean}} TensorInfo  map: the scores
 *     of a map from class to score
 * @typedef {object} StepInfo
 * @property {string} node
 * @property {string} op
 * @property {string} kernel
 * @property {string} output_shape
 * @property {number} multiply_adds
 * @property {number} weight_bytes
 * @property {number} milliseconds  mean over the profiled runs; 0 without profiling
 *
 * @typedef {object} ReferenceSteps  those without a fast kernel, whose kernel is "reference"
 * @property {number} steps
 * @property {number} share  of the time of all steps where they were profiled, else of their work
 * @property {boolean} timed
 *
 * @typedef {object} ModelInfo
 * @property {TensorInfo[]} inputs  an extent of -1 is open
 * @property {TensorInfo[]} outputs
 * @property {boolean} flexible  plans are made as runs bring new shapes
 * @property {Record<string, string>} metadata  the model's metadata_props and its opset
 * @property {string[]} [labels]
 * @property {string} [labels_source]  where they come from
 * @property {number} threads  at work, or on their way
 * @property {boolean} threadsStarted  none is on its way any more
 * @property {boolean | undefined} [fewer]  than there are, because these were found to be faster
 * @property {StepInfo[]} steps  the plan, in the order of execution
 * @property {ReferenceSteps} reference
 * @property {{weight_bytes: number, arena_bytes: number, live_bytes: number}} memory
 * @property {{input: string, form: string} | null} picture  the input that takes pictures, and how
 *     its elements make one up: "28 x 28, gray"
 * @property {{output: string | null, kind: string | null, reason: string}} [scores]  which output
 *     holds class scores, what makes probabilities of them (softmax, sigmoid, none, exp), and why;
 *     null where that cannot be said
 *
 * @typedef {{index: number, score: number, categoryName: string, displayName: string}} Category
 *
 * @typedef {object} Selection  which categories a caller wants
 * @property {number} maxResults  0 or less: all
 * @property {number} scoreThreshold
 * @property {string[]} [allow]
 * @property {string[]} [deny]
 * @property {string[]} [labels]  in place of the model's own
 * @property {string} [output]  the one with class scores, where it was named
 *
 * @typedef {Pick<Selection, 'labels' | 'output'>} ClassNames
 *
 * @typedef {{pixels: Pixels, region?: Region, inputs?: Record<string, TensorBytes>}} Picture  inputs:
 *     all but the picture's
 *
 * @typedef {object} SessionRequest  what a session is made of, beside the model
 * @property {string} options  lines of key=value
 * @property {boolean} warmup  run once
 * @property {ClassNames} [names]  to be checked against the model
 *
 * @typedef {Blob | ArrayBuffer} BlobLike  bytes where Blobs cannot be read
 *
 * @typedef {SessionRequest & {model: BlobLike | number, files?: Map<string, BlobLike>}} CreateRequest  model: a
 *     number is that of bytes that were lent; files: with weights, by the names that the model has for them
 *
 * @typedef {object} Created
 * @property {import('./modelFiles.js').NeededFile[]} [missing]  then there is no session
 * @property {number} create  milliseconds
 * @property {number} warmup
 * @property {number} heap  bytes of the module's memory
 *
 * @typedef {{session: number}} InSession
 */

/**
 * @typedef {object} Calls
 * @property {{request: string, answer: boolean}} hold
 * @property {{request: string, answer: void}} loadScript
 * @property {{request: import('./level.js').Runtime & {given?: any}, answer: string}} start
 * @property {{request: import('./threads/pool.js').Seat, answer: void}} thread
 * @property {{request: {model: number, bytes: Uint8Array<ArrayBuffer>}, answer: void}} lend
 * @property {{request: {model: number}, answer: {bytes: Uint8Array<ArrayBuffer>, keep: boolean}}} giveBack
 * @property {{request: InSession & CreateRequest, answer: Created}} create
 * @property {{request: InSession, answer: void}} release
 * @property {{request: InSession & ClassNames, answer: void}} checkLabels
 * @property {{request: InSession & {scores?: boolean}, answer: ModelInfo}} info
 * @property {{request: InSession & Picture & {selection: Selection, run?: number}, answer: Classified}} classify
 * @property {{request: InSession & {run: number}, answer: void}} stop  the only one that waits for no other, and
 *     has no answer
 * @property {{request: InSession & {feeds: Record<string, TensorBytes>, fetches?: string[], run?: number},
 *     answer: Computed}} run
 *
 * @typedef {{categories: Category[], finite: boolean, preprocess: number, inference: number,
 *     spare?: ArrayBuffer}} Classified  milliseconds; spare: the snapshot's memory, to be used again
 * @typedef {{outputs: Record<string, TensorBytes>, inference: number}} Computed  milliseconds
 *
 * @typedef {keyof Calls} Method
 */

/**
 * @template {Record<string, {request: any, answer: any}>} [C=Calls]
 * @typedef {{[M in keyof C]: {id: number, method: M, request: C[M]['request']}}[keyof C]} Call
 */
/** @typedef {Record<string, {request: any, answer: any}>} AnyCalls */
/** @typedef {{id: number, value?: any, error?: import('./error.js').ErrorDetails, fatal?: boolean}} Answer  value or error */

export {};
