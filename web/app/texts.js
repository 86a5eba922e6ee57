// Every text of the page that a person reads, one object per view, so that wording is looked after in
// one place. index.html holds those that are there before any script runs.

export const texts = {
  frame: {
    views: {
      classify: 'Classify', models: 'Models', inspect: 'Inspect', measure: 'Measure', evaluate: 'Evaluate',
    },
    /** @param {string} title */
    viewFailed: (title) => `${title} could not be opened`,
    drop: 'Drop a picture or a model',
    dropFolder: 'Drop a folder of labelled pictures, or a model',
    partFailed: 'a part of this page cannot be fetched',
    retry: 'Try again',
    reload: 'Reload the page',
    askedOnce: 'Some browsers ask for a part of a page only once. If it is missing again, reload the page.',
    outdated: 'The site may have a newer version than the one that is open here. Reloading brings it.',
    otherVersion: 'a part of another version of the site',
    partNotKept: 'a part that this needs is not kept on this device',
    notKeptYetHint: 'To fetch it needs a connection.',
    notKeptHint: 'It has to be fetched once, which needs a connection; after that it is there without one. What you used before still works now.',
    sameVersion: 'A reload would bring the same again: a newer version is not there, or could not be fetched as a whole. Try again later.',
    unreachable: 'The site cannot be reached at the moment.',
    /** @param {string} port */
    insecure: (port) => `This address is not secure, so the browser gives the page no camera, keeps nothing for later and cannot check downloads. Drawing and files work. For the rest, open the page by https, or on this device's own localhost; an Android phone on a cable reaches it after adb reverse tcp:${port} tcp:${port}.`,
    unfinished: 'This site is still being built: browsers without relaxed SIMD have to wait a few minutes for their module. Reload the page then.',
    /** @param {number} others */
    update: (others) => (others === 0 ? 'A new version is ready.'
      : `A new version is ready. Close the ${others === 1 ? 'other tab' : `${others} other tabs`} of this page first.`),
  },

  model: {
    none: 'No models here; open one of your own',
    noList: 'No models found; open one of your own',
    starting: 'Starting',
    waiting: 'Waiting for a model',
    failedHint: 'Nothing can be shown without a model. Try again, or choose another one below.',
    notKept: 'it is not kept on this device',
    notAllowed: 'this page connects only to its own address and to the hosts that public models come from',
    notAllowedHint: 'Download the file and open it here, or put it beside the page',
    /** @type {Record<string, string>} */
    unknown: {
      model: 'there is no model of the name in the address',
      level: 'there is no instruction level of the name in the address; the best that this browser has is in use',
    },
    /** @param {string} file */
    ownGone: (file) => `Open ${file} again`,
    ownGoneNote: 'This page does not keep your files. The recipe and the names that you settled for it are still known.',
    ownGoneOpen: 'Open .onnx',
    noListHint: 'You can still open an .onnx file of your own',
    levels: { base: 'no SIMD', simd: 'SIMD', relaxed: 'relaxed SIMD' },
    /** @param {number} index */
    unnamed: (index) => `class ${index}`,
    /** @param {number} count */
    threads: (count) => (count === 1 ? '1 thread' : `${count} threads`),
    /** @param {string} level @param {string} threads */
    ready: (level, threads) => `Ready · ${level} · ${threads}`,
    /** @param {string} title */
    isReady: (title) => `${title} is ready`,
    /** @param {string} title */
    loading: (title) => `Loading ${title}`,
    /** @param {string} title */
    preparing: (title) => `Preparing ${title}`,
    /** @param {string} title @param {string} far */
    downloading: (title, far) => `Downloading ${title}, ${far}`,
    /** @param {string} [kept]  title of the model that stays */
    cancelled: (kept) => `Cancelled${kept ? `; still using ${kept}` : ''}`,
    /** @param {string} title @param {string} [kept] */
    failed: (title, kept) => `${title} did not load${kept ? `; still using ${kept}` : ''}`,
  },

  // What is said of files that the page has no use for; each a noun phrase, and what to do instead.
  files: {
    /** @param {string} what */
    neither: (what) => `this is ${what}, neither a picture nor an ONNX model`,
    folder: 'This is a folder',
    folderNote: 'A folder of pictures, with a subfolder for each class, is of use in Evaluate. To classify pictures, drop them without their folder.',
    openEvaluate: 'Open Evaluate',
    oneModel: 'One model at a time',
    /** @param {string} taken @param {string[]} leftOut */
    leftOut: (taken, leftOut) => `${taken} was opened; ${leftOut.join(', ')} ${leftOut.length === 1 ? 'was' : 'were'} left out.`,
    /** @param {string} name */
    openOther: (name) => `Open ${name}`,
    wanted: 'a picture (PNG, JPEG, WebP and others) or a model (.onnx)',
    /** @param {string} name @param {number} others */
    names: (name, others) => (others === 0 ? name : `${name} and ${others} more`),
    empty: 'an empty file',
    emptyHint: 'The download of it may have failed; fetch it again',
    tflite: 'a TensorFlow Lite model',
    tfliteHint: 'Convert it to ONNX first: python -m tf2onnx.convert --tflite model.tflite --output model.onnx',
    ort: 'a model in onnxruntime’s own format (.ort)',
    ortHint: 'Give the .onnx file that it was made from',
    gguf: 'a language model (GGUF)',
    ggufHint: 'Models that classify pictures come as .onnx files',
    pytorch: 'a PyTorch file',
    safetensors: 'a file of weights (safetensors), without the model that they belong to',
    pytorchHint: 'Export the model to ONNX first, in Python: torch.onnx.export(model, picture, "model.onnx")',
    keras: 'a Keras model',
    tensorflow: 'a TensorFlow model',
    kerasHint: 'Convert it to ONNX first, with the Python package tf2onnx',
    lfs: 'a Git LFS pointer in place of a file',
    lfsHint: 'The file itself was not downloaded: run git lfs pull',
    pdf: 'a PDF',
    pdfHint: 'Save the picture in it as PNG or JPEG',
    video: 'a video',
    videoHint: 'Save one of its frames as PNG or JPEG',
    zip: 'a ZIP archive',
    gzip: 'a gzip archive',
    archive: 'an archive',
    zipHint: 'Unpack it, and give what is in it',
    table: 'a table',
    tableHint: 'In Evaluate it is of use, together with the pictures whose classes it names',
    html: 'a web page (HTML)',
    htmlHint: 'The download may have brought a page about the file in place of the file',
    text: 'a text',
    textHint: 'If it has the names of classes, give it together with its .onnx file',
    unnamed: 'probably an ONNX model whose name does not end in .onnx',
    unnamedHint: 'Rename it, so that it ends in .onnx',
    unknown: 'a file of an unknown kind',
    unknownHint: 'If it has the weights of a model, give it together with its .onnx file',
  },

  classify: {
    /** @param {number} count */
    waiting: (count) => (count === 1 ? 'Waiting for a model' : `${count} pictures wait for a model`),
    draw: 'Draw here',
    drawDigit: 'Draw a digit',
    drawSymbol: 'Draw a symbol',
    showFace: 'Start the camera, or choose a face',
    startCamera: 'Start camera',
    stopCamera: 'Stop camera',
    /** @param {number} number */
    camera: (number) => `Camera ${number}`,
    notFinite: 'not a number',
    /** @param {string} rate */
    perSecond: (rate) => `${rate} per second`,
    sample: 'Try a sample',
    anotherSample: 'Another sample',
    freeze: 'Freeze',
    goOn: 'Go on',
    /** @param {number} count */
    count: (count) => (count === 0 ? 'As many as fit' : String(count)),
    /** @param {string} threshold */
    unsure: (threshold) => `Nothing reaches ${threshold}`,
    noFace: 'No face found',
    faceNote: 'It reads what a face looks like, not what a person feels.',
    /** @param {number} width @param {number} height */
    seen: (width, height) => `What the model sees, ${width} by ${height} pixels`,
    /** @param {string} why */
    seenFailed: (why) => `What the model sees cannot be shown: ${why}.`,
    /** @param {string} lowest @param {string} highest */
    spark: (lowest, highest) => `Inference of the latest pictures: ${lowest} to ${highest} ms`,
    meaning: {
      /** @param {number} classes */
      closed: (classes) => `The model knows ${classes === 2 ? 'two' : classes} classes and nothing else. Whatever it is shown, it shares 100 % out among them.`,
      independent: 'Each number stands for one class by itself; the model knows no others.',
      sure: 'A high number means that the picture resembles what the class looked like in training. It does not say how often the model is right, and a model can be sure of a picture that shows nothing it knows.',
      face: 'This one was trained on photographs to which people had given one of seven words. It reads an expression in one moment. It cannot know what someone feels, thinks or intends, and it errs more often for people who are rare in its training data.',
    },
    batch: {
      /** @param {number} count @param {string} model */
      title: (count, model) => `${count} ${count === 1 ? 'picture' : 'pictures'}, ${model}`,
      model: 'Model',
      otherModel: 'Ended, because another model is in use',
      /** @param {string} model */
      again: (model) => `Read again with ${model}`,
      /** @param {number} done @param {number} total */
      progress: (done, total) => `${done} of ${total}`,
      picture: 'Picture',
      /** @param {number} done @param {number} total */
      cancelled: (done, total) => `Cancelled after ${done} of ${total}`,
      head: ['File', 'Class', 'Probability', 'Inference'],
      /** @param {string} name */
      show: (name) => `Show ${name}`,
      noPicture: 'Not a picture this browser can read',
      copy: 'Copy',
      copied: 'Copied',
      notCopied: 'The browser did not allow copying',
      save: 'Save CSV',
      cancel: 'Cancel',
      close: 'Close',
    },
    noScores: 'no finite scores',
    insecureCamera: 'Cameras need a page served by https or from localhost.',
    noPicture: 'the browser cannot decode it as a picture',
    noSize: 'this drawing states no size',
    noSizeHint: 'Give its svg element a width and a height, or save it as PNG',
    pictureWanted: 'PNG, JPEG, WebP or another image format',
  },

  device: {
    kept: 'Kept on this device, and nowhere else:',
    nothing: 'Nothing is kept on this device.',
    page: 'The page and its parts',
    models: 'Models that were downloaded',
    settings: 'What was set and measured',
    remove: 'Remove',
    /** @param {string} name */
    removeOne: (name) => `Remove: ${name}`,
    removeAll: 'Remove all',
    ownToo: 'Recipes and labels of your own models go, too.',
    notKept: 'The browser could not keep the page for use without a network: there may be no room, or a file was not the expected one. It tries again at the next visit.',
  },

  facts: {
    input: 'Input', output: 'Output', scores: 'Scores', file: 'Model file', memory: 'Memory', level: 'Instruction level',
    threads: 'Threads', recipe: 'Preprocessing', defaultRecipe: 'stretched to the input, scaled to 0…1',
    connections: 'Connections',
    /** @param {string[]} hosts */
    connectionsOf: (hosts) => `only to its own address${hosts.length > 0 ? ` and, for models, to ${hosts.join(', ')}` : ''}; the browser enforces it, in the page's workers once the site's server, or the page as it is kept for offline use, tells them so. It does not cover links and WebRTC, which this page does not use to send anything`,
    runtime: 'Runtime', slow: 'Without a fast kernel', download: 'Download', compile: 'Compile', plan: 'Plan',
    first: 'First run', median: 'Median', p95: '95 of 100 within',
    /** @param {string} value @param {number} count */
    of: (value, count) => `${value}, of the latest ${count}`,
    notYet: 'nothing classified yet',
    /** @param {string} weights @param {string} activations */
    memoryOf: (weights, activations) => `${weights} weights, ${activations} activations`,
    /** @param {string} level @param {string[]} all */
    levelOf: (level, all) => `${level} (this browser runs ${all.join(', ')})`,
    /** @param {number} threads @param {string} reason */
    threadsOf: (threads, reason) => `${threads}, because ${reason}`,
    inWorker: ', in a worker',
    asTheyAre: 'as they are',
    /** @param {string} names @param {string} percent @param {boolean} timed */
    slowSteps: (names, percent, timed) => `${names}: ${percent} % of the ${timed ? 'time' : 'work'}`,
    steps: ['Operator', 'Node', 'Kernel', 'Output', 'Multiply-adds'],
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'Not allowed',
  },

  models: {
    title: 'Models',
    here: 'On this page',
    zoo: 'Public classifiers',
    zooNote: 'From the ONNX Model Zoo, downloaded only when you ask, and then kept on this device. The request goes to their server; pictures never do.',
    zooFailed: 'The catalogue of public classifiers could not be read',
    insecure: 'This page was opened over plain http. The browser then keeps nothing and checks no digests, so nothing can be downloaded here. Open the page over https, or at localhost.',
    blocked: 'The browser is set to keep nothing of this page, so nothing can be downloaded here.',
    own: 'Your own',
    ownNote: 'An .onnx file with its data files, and what lies beside it: labels (.txt, .csv, .json), config.json, preprocessor_config.json. Choose or drop them together.',
    choose: 'Choose files',
    kept: 'Kept on this device',
    keptNone: 'No models and no recipes yet. What else the page keeps stands under Details, Device.',
    /** @param {string} title @param {string} size */
    keptItem: (title, size) => (size ? `${title}, ${size}` : title),
    /** @param {string} title @param {string} size @param {string} date */
    keptOwn: (title, size, date) => `${title}, ${size}, settled on ${date}`,
    /** @param {string} title */
    settings: (title) => `Recipe and labels of ${title}`,
    removeAll: 'Remove all',
    reallyAll: (/** @type {number} */ count) => `Really remove all ${count}?`,
    removedAll: 'All that was kept is removed from this device',
    measuring: 'Measuring this device for a second …',
    /** @param {string} rate @param {string} memory @param {string} threads */
    speed: (rate, memory, threads) =>
      `With ${threads}, this device computes about ${rate} million multiply-adds and reads ${memory} of weights in a millisecond.`,
    measureAgain: 'Measure again',
    speedFailed: 'This device could not be measured',
    recommended: 'Recommended for this device',
    inUse: 'In use',
    onDevice: 'On this device',
    onServer: 'Beside this page',
    large: 'May be too large for this device',
    /** @type {Record<string, string>} */
    data: {
      imagenet: 'ImageNet: photographs of 1,000 kinds of things',
      digits: 'MNIST: handwritten digits',
      emotions: 'FER+: expressions of faces',
    },
    /** @param {number} percent */
    accuracy: (percent) => `${percent.toFixed(1)} % right`,
    agreement: (/** @type {string} */ text) => `Agreement: ${text}`,
    /** @param {string} time */
    predicted: (time) => `about ${time}, predicted`,
    /** @param {string} time */
    measured: (time) => `${time}, measured`,
    /** @param {string} time @param {string} predicted @param {string} error */
    both: (time, predicted, error) => `${time}, measured; predicted ${predicted}, ${error}`,
    /** @param {number} percent */
    off: (percent) => (percent === 0 ? 'which was right' : `${Math.abs(percent)} % too ${percent > 0 ? 'long' : 'short'}`),
    unknown: 'not run here yet',
    use: 'Use',
    /** @param {string} title */
    useNamed: (title) => `Use ${title}`,
    /** @param {string} size */
    download: (size) => `Download ${size}`,
    /** @param {string} title @param {string} size */
    downloadNamed: (title, size) => `Download ${size}: ${title}`,
    cancel: 'Cancel',
    /** @param {string} title */
    cancelNamed: (title) => `Cancel the download of ${title}`,
    /** @param {string} title */
    cancelLoading: (title) => `Cancel loading ${title}`,
    remove: 'Remove',
    /** @param {string} title */
    removeNamed: (title) => `Remove ${title} from this device`,
    /** @param {string} title */
    removed: (title) => `${title} is removed from this device`,
    /** @param {string} title */
    notHere: (title) => `${title} is no longer on this device`,
    /** @param {string} title */
    downloaded: (title) => `${title} is on this device`,
    /** @param {string} received @param {string} total */
    progress: (received, total) => `${received} of ${total}`,
    checking: 'Checking',
    /** @param {number} count */
    showAll: (count) => `Show all ${count}`,
    showFew: 'Show fewer',
    details: 'Details',
    recipe: 'Recipe',
    labels: 'Labels',
    /** @param {number} count @param {string} some */
    labelsSome: (count, some) => `${count}: ${some} …`,
    labelsMissing: 'numbers: the names did not come with this build',
    source: 'From',
    digest: 'SHA-256',
    card: 'Model card',
    readCard: 'Read it',
    stated: 'recipe inside the model',
    edit: 'Report and recipe',
    /** @param {string} title */
    editNamed: (title) => `Report and recipe: ${title}`,
    forgetNamed: (/** @type {string} */ title) => `Remove: recipe and labels of ${title}`,
    /** @param {string} date */
    settled: (date) => `recipe and labels settled on ${date}`,
    reopen: 'Choose the file again to use it.',
  },

  own: {
    back: 'All models',
    reading: 'Reading the model …',
    /** @param {string} title @param {string} size */
    title: (title, size) => `${title}, ${size}`,
    runs: 'This model runs here.',
    runsSlowly: (/** @type {number} */ steps, /** @type {number} */ percent) =>
      `This model runs here; ${steps} of its steps, ${percent} % of the work, have no fast kernel.`,
    tooLarge: 'This model may be too large for this device.',
    cannot: 'This model cannot run here.',
    noPicture: 'No input of this model takes a picture, so this page has no use for it. The library can run it: ort.js.',
    missing: 'The weights of this model are missing.',
    /** @param {string[]} names */
    missingNote: (names) => `It keeps them in ${names.length === 1 ? 'another file' : `${names.length} other files`}, which usually ${names.length === 1 ? 'lies' : 'lie'} beside the .onnx file: ${names.join(', ')}. Choose ${names.length === 1 ? 'it' : 'them'} now, or drop ${names.length === 1 ? 'it' : 'them'} here.`,
    chooseMissing: 'Choose files',
    weightsAlone: 'these are the weights of a model; the model itself, an .onnx file, is missing',
    weightsAloneHint: 'Choose or drop both together; they usually lie in the same folder',
    otherSize: 'Its input has no size of its own. With another one it may run.',
    lacking: (/** @type {string} */ list) => `Operators that are not supported: ${list}`,
    needsMore: (/** @type {string} */ list) =>
      `Besides a picture this model needs ${list}, which this page cannot give it. The library can: the option inputs.`,
    report: 'What it is',
    inputs: 'Input',
    outputs: 'Output',
    parameters: 'Parameters',
    multiplyAdds: 'Multiply-adds',
    memory: 'Memory',
    memoryParts: (/** @type {string} */ weights, /** @type {string} */ arena) => `${weights} weights, ${arena} activations`,
    latency: 'Predicted latency',
    scores: 'Scores',
    producer: 'Made by',
    unknown: 'not known before it runs',
    measuring: 'this device is being measured',
    /** @param {number} kinds @param {number} nodes */
    operators: (kinds, nodes) => `${kinds} ${kinds === 1 ? 'operator' : 'operators'} in ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`,
    operator: 'Operator',
    count: 'Nodes',
    supported: 'Supported',
    yes: 'yes',
    no: 'no',
    recipe: 'How a picture becomes its input',
    stated: (/** @type {string} */ reason) => `From ${reason}.`,
    guessed: (/** @type {string} */ reason) => `A guess, because of ${reason}. Check it with whoever made the model: with another recipe it sees something else than it was trained on.`,
    remembered: (/** @type {string} */ date) => `As you settled it on ${date}.`,
    notes: (/** @type {string} */ note) => `Note: ${note}.`,
    size: 'Size',
    layout: 'Layout',
    /** @type {Record<string, string>} */
    layouts: {
      NCHW: 'Channels first (NCHW). The shape of the input decides this; there is nothing to set.',
      NHWC: 'Channels last (NHWC). The shape of the input decides this; there is nothing to set.',
    },
    channels: 'Channels',
    /** @type {Record<string, string>} */
    channelNames: { rgb: 'red, green, blue', bgr: 'blue, green, red', gray: 'gray' },
    grayOnly: 'gray: the input has one channel',
    fit: 'Fit',
    /** @type {Record<string, string>} */
    fitNames: { stretch: 'stretch', shorter: 'shorter side, then crop', letterbox: 'whole picture, with bars', foreground: 'find a drawn figure' },
    filter: 'Filter',
    resize: 'Shorter side',
    box: 'Figure',
    fill: 'Bars',
    numbers: 'Numbers',
    /** @type {Record<string, string>} */
    presets: { imagenet: 'ImageNet’s mean and deviation', unit: '0 to 1', signed: '-1 to 1', bytes: '0 to 255', caffe: 'Keras caffe: blue first, means taken off' },
    ownNumbers: 'own numbers',
    scale: 'Scale',
    mean: 'Mean',
    std: 'Deviation',
    scoresAre: 'Scores are',
    found: 'worked out by the page',
    text: 'As text',
    badText: (/** @type {string} */ why) => `This is no recipe: ${why}`,
    picture: 'A picture',
    seen: 'What the model gets of it',
    range: (/** @type {string} */ low, /** @type {string} */ high) => `values from ${low} to ${high}`,
    another: 'Another picture',
    noPreview: 'Pictures in the form of this input are not previewed here.',
    labels: 'Names of the classes',
    labelsFrom: (/** @type {string} */ source) => `From ${source}.`,
    labelCount: (/** @type {number} */ names, /** @type {number} */ classes) => `${names.toLocaleString('en')} ${names === 1 ? 'name' : 'names'}${classes === 0 ? '' : ` for ${classes === 1 ? 'one number' : `${classes.toLocaleString('en')} classes`}`}`,
    labelsWrong: (/** @type {number} */ classes) => `${classes === 1 ? 'One name, or two,' : 'As many names as classes'} are needed; until then classes are numbered.`,
    labelsHint: 'One name a line. A .txt, .csv or .json file with names can be dropped here, too.',
    imagenet: 'Take ImageNet’s 1,000 names',
    imagenetMissing: 'ImageNet’s names did not come with this build',
    use: 'Use this model',
    save: 'Download with recipe and labels',
    saved: (/** @type {string} */ name, /** @type {number} */ labels) =>
      `${name} is saved, with ${labels ? 'recipe and labels' : 'the recipe'} inside${labels ? '' : '; no labels were added'}`,
    forget: 'Forget what is settled',
    notKeptTitle: 'This browser keeps nothing here',
    notKept: 'Recipe and names hold until the page is closed. To keep them, download the model with them inside.',
  },

  inspect: {
    title: (/** @type {string} */ model) => `Inside ${model}`,
    picture: 'Picture',
    choose: 'Choose picture',
    fromStage: 'Picture from Classify',
    standIn: 'An example, as nothing is drawn or chosen yet.',
    measuring: 'Measuring each layer',
    measuringRun: (/** @type {number} */ done, /** @type {number} */ all) => `Measuring each layer, run ${done} of ${all}`,
    measuringDevice: 'Measuring what this device can do at most',
    computing: 'Computing',
    time: 'Time',
    again: 'Measure again',
    trace: 'Save trace',
    traceNote: 'A trace opens in Perfetto (ui.perfetto.dev) and in chrome://tracing.',
    layers: 'Layers',
    flame: 'Share of the time, layer by layer',
    layersNote: 'Choose a layer to see what it computes.',
    columns: ['Layer', 'ms', 'Share', 'Of peak', 'Multiply-adds', 'Parameters', 'Output', 'Kernel'],
    multiplyAdds: 'Multiply-adds',
    parameters: 'Parameters',
    ofPeak: 'Of peak',
    peakNote: (/** @type {string} */ rate) =>
      `This device's measured peak: ${rate} billion multiply-adds a second on one thread. Shares of it count the multiplications of the direct method; Winograd's kernels need as little as a quarter of them, and can come to more than 100 %.`,
    activations: (/** @type {string} */ layer) => `What ${layer} puts out`,
    activationsNote: (/** @type {number} */ shown, /** @type {number} */ all, /** @type {string} */ low, /** @type {string} */ high) =>
      `${shown === all ? `${all}` : `${shown} of ${all}`} ${all === 1 ? 'channel' : 'channels'}, from ${low} (light) to ${high} (dark).`,
    noActivations: 'This layer has no output of its own in the plan.',
    channel: (/** @type {number} */ number) => `Channel ${number}`,
    heat: 'Which part speaks for the class',
    heatNote: 'A patch covers one place after another. Where the class loses most, the picture speaks for it; where it gains, against it.',
    heatStart: 'Compute heat map',
    heatFor: 'Class',
    heatProgress: (/** @type {number} */ done, /** @type {number} */ total, /** @type {string} */ left) =>
      `${done} of ${total} places${left && `, ${left}`}`,
    heatResult: (/** @type {string} */ name, /** @type {string} */ base, /** @type {string} */ most) =>
      `${name}: ${base} without a patch, ${most} less at the strongest place.`,
    heatCancelled: 'Cancelled; places that were not covered yet are blank.',
    cancel: 'Cancel',
    speaksFor: 'speaks for it',
    speaksAgainst: 'speaks against it',
  },
  measure: {
    title: 'How fast it is on this device',
    models: 'Models',
    runs: 'Pictures',
    starts: 'Starts',
    begin: 'Measure',
    cancel: 'Cancel',
    peer: (/** @type {string} */ name, /** @type {string} */ size) => `Compare with ${name} (downloads ${size} MB)`,
    phases: {
      start: (/** @type {string} */ title, /** @type {number} */ done, /** @type {number} */ all) => `${title}: start ${done} of ${all}`,
      warm: (/** @type {string} */ title) => `${title}: warming up`,
      run: (/** @type {string} */ title, /** @type {number} */ done, /** @type {number} */ all) => `${title}: picture ${done} of ${all}`,
    },
    comparing: (/** @type {string} */ title, /** @type {string} */ name) => `${title}: the same input in ${name}`,
    comparingRound: (/** @type {string} */ title, /** @type {string} */ name, /** @type {number} */ round) => `${title}: turn ${round} with ${name}`,
    disagrees: (/** @type {string} */ title, /** @type {string} */ name, /** @type {string} */ reason) => `${title} was not timed against ${name}: ${reason}.`,
    plot: 'Milliseconds of each picture',
    plotX: 'picture',
    plotY: 'ms',
    results: 'Results',
    shared: 'Results that were shared with you',
    own: 'Measure this device',
    note: 'Milliseconds; medians. Download comes from this server or from what the browser kept of it. Compile is 0 where the module is at work in this page already. First is the first picture after a start; Median and p95 are of warm pictures, from the call to the answer.',
    peerNote: (/** @type {string} */ name) => `${name}: its median inference; Ratio: how many times as long as Gossamer's in the same turns. Outputs were compared first.`,
    noisy: (/** @type {string} */ titles) => `Still getting faster when their time for warming up was over: ${titles}.`,
    finding: (/** @type {string} */ title, /** @type {string} */ time) => `${title}: finding the face counts for Preprocess, ${time} ms of it; size, load and memory are without the network that finds it.`,
    markdown: 'Copy as Markdown',
    json: 'Copy as JSON',
    link: 'Copy link',
    linkNote: 'The link holds the results and what is said of the device; nothing is uploaded.',
    copied: 'Copied',
    notCopied: 'The browser does not allow copying here',
    badLink: 'The address holds no results that can be read',
    goesOn: 'The measurement goes on. Pictures are classified once it is over, or cancelled: give them again then.',
    cancelled: 'Cancelled',
    none: 'Choose at least one model',
  },
  evaluate: {
    title: (/** @type {string} */ model) => `How often ${model} is right`,
    intro: 'Take a folder of pictures whose classes you know: a subfolder for each class, named as the model names it, or numbered. Or pictures and a CSV with a column of files and one of labels.',
    drop: 'You can also drop a folder.',
    folder: 'Choose folder',
    files: 'Choose files',
    again: (/** @type {string} */ model) => `Evaluate ${model}`,
    cancel: 'Cancel',
    reading: 'Reading the folder',
    progress: (/** @type {number} */ done, /** @type {number} */ total, /** @type {string} */ left) =>
      `${done} of ${total} pictures${left && `, ${left}`}`,
    found: (/** @type {number} */ pictures, /** @type {number} */ labels, /** @type {string} */ name, /** @type {string} */ by) =>
      `${pictures} ${pictures === 1 ? 'picture' : 'pictures'} of ${labels} ${labels === 1 ? 'class' : 'classes'}${name && ` in ${name}`}; labels are ${by === 'name' ? 'names' : 'numbers'} of classes.`,
    unmatched: (/** @type {string} */ labels) => `No class of this model is called: ${labels}. These pictures are left out.`,
    ambiguous: (/** @type {string} */ labels) => `Several classes are called: ${labels}. These pictures are left out.`,
    missing: (/** @type {string} */ files) => `Named in the table but not there: ${files}.`,
    conflicting: (/** @type {string} */ files) => `Several labels in the table: ${files}. These pictures are left out.`,
    unlabelled: (/** @type {string} */ files) => `Without a label: ${files}.`,
    unreadable: 'the browser cannot decode it as a picture',
    noFace: 'no face was found in it',
    failures: (/** @type {string} */ files) => `Could not be read: ${files}.`,
    more: (/** @type {number} */ count) => `and ${count} more`,
    none: 'None of these pictures has a label that this model knows',
    noneRead: 'None of these pictures could be read',
    noneReadHint: 'Pictures that this browser shows can be read: PNG, JPEG, WebP and others',
    noneHint: (/** @type {string} */ classes) => `Its classes are ${classes}`,
    classesAre: (/** @type {string} */ classes) => `The classes of this model: ${classes}.`,
    noLabels: 'nothing says what these pictures show',
    noLabelsHint: 'Put them into a subfolder for each class, or choose a CSV with them that has a column of files and one of labels. Pictures alone are read in Classify',
    noneNamed: 'the table names none of these pictures',
    noneNamedHint: 'A column of it has to name the files as they are called, and another one their classes',
    noPictures: 'There are no pictures among these files',
    tables: 'More than one table of labels',
    tablesHint: 'Leave only the one that belongs to the pictures',
    before: (/** @type {string} */ name, /** @type {string} */ model) => `The report${name && ` of ${name}`} from before${model && `, by ${model}`}:`,
    partial: (/** @type {number} */ count, /** @type {number} */ total) => `Cancelled after ${count} of ${total}; the figures are of these.`,
    accuracy: 'Accuracy',
    interval: (/** @type {string} */ low, /** @type {string} */ high) => `${low} to ${high} with 95% confidence`,
    ofCount: (/** @type {number} */ right, /** @type {number} */ count) => `${right} of ${count}`,
    topFive: 'Among the first five',
    macro: 'Mean F1 of the classes',
    calibration: 'Calibration error',
    calibrationNote: (/** @type {string} */ said, /** @type {string} */ was) => `says ${said} on average, right ${was}`,
    matrix: 'Confusion matrix',
    matrixNote: 'Rows: what the picture shows. Columns: what the model said.',
    matrixLeft: (/** @type {number} */ shown) => `The ${shown} classes with most mistakes; the others are counted together.`,
    cell: (/** @type {string} */ truth, /** @type {string} */ answer, /** @type {number} */ count) => `${truth} taken for ${answer}: ${count}`,
    classes: 'Classes',
    classColumns: ['Class', 'Pictures', 'Precision', 'Recall', 'F1'],
    reliability: 'As sure as it is right?',
    reliabilityNote: 'Answers by their probability. Where the bars reach the dashed line, the model is as often right as it says.',
    reliabilityX: 'probability of the answer',
    reliabilityY: 'right',
    mistakes: 'Surest mistakes',
    noMistakes: 'No mistakes.',
    mistake: (/** @type {string} */ truth, /** @type {string} */ answer) => `${truth}, said ${answer}`,
    json: 'Save as JSON',
    csv: 'Save as CSV',
    caution: 'The figures hold for pictures like these. A model knows a closed set of classes: it names one of them whatever it sees.',
    done: (/** @type {string} */ accuracy) => `Accuracy ${accuracy}`,
  },
};
