// Reads a picture with the model in use. A model of faces (its manifest entry names a finder) reads the
// largest face and not the whole picture, so the face is found first; where there is none, nothing is
// classified. Other models read the whole picture, or the region that is asked for. All views share one,
// and with it the worker that finds faces.

/** @typedef {import('./faces.js').Face} Face */
/** @typedef {import('./faces.js').Picture} Picture */
/** @typedef {import('../gossamer.js').Region} Region */
/** @typedef {import('../gossamer.js').ImageClassifierResult} Result */

/**
 * @typedef {object} Reading
 * @property {Result | null} result  null when a newer picture took its place, or there is no face
 * @property {Face} [face]  the one that was read
 * @property {boolean} faceless  a face was looked for in vain
 * @property {Region} [region]  what was classified of the picture
 * @property {number} finding  milliseconds for the face
 */

export class Reader {
  #models;
  /** @type {{path: string, finder: Promise<import('./faces.js').FaceFinder>} | undefined} */
  #found;
  /** Counts live readings. */
  #asked = 0;
  /** @type {Promise<unknown> | undefined} The live reading of a face under way. */
  #running;

  /** @param {import('./models.js').Models} models */
  constructor(models) {
    this.#models = models;
    models.addEventListener('change', () => this.#closeUnwanted());
  }

  /** Whether the model in use reads faces. */
  get wantsFace() {
    return Boolean(this.#models.current?.finder);
  }

  /**
   * @param {Picture} picture
   * @param {object} [options]
   * @param {boolean} [options.live]  the latest picture wins
   * @param {Region} [options.region]  of the picture; where a face is wanted, the face's takes its place
   * @param {AbortSignal} [options.signal]
   * @param {() => ImageData} [options.pixels]  of the picture, where that is the quicker way
   * @returns {Promise<Reading>}
   */
  async read(picture, { live = false, region, signal, pixels } = {}) {
    const { classifier } = this.#models;
    if (!classifier) throw new Error('no model is in use');
    if (this.wantsFace) return live ? this.#latest(picture, classifier) : this.#readFace(picture, classifier, signal);
    const asked = performance.now();
    const source = pixels?.() ?? picture;
    const taken = performance.now() - asked;
    const result = live ? await classifier.classifyForVideo(source, asked, { regionOfInterest: region })
      : await classifier.classify(source, { regionOfInterest: region, signal });
    if (result) result.timing.preprocess += taken;
    return { result, faceless: false, region, finding: 0 };
  }

  /**
   * One live reading of faces at a time; of those that wait, the latest.
   * @param {Picture} picture @param {import('../gossamer.js').ImageClassifier} classifier
   */
  async #latest(picture, classifier) {
    const turn = ++this.#asked;
    await this.#running;
    if (turn !== this.#asked || classifier !== this.#models.classifier) return { result: null, faceless: false, finding: 0 };
    const reading = this.#readFace(picture, classifier);
    this.#running = reading.catch(() => {});
    return reading;
  }

  /**
   * @param {Picture} picture @param {import('../gossamer.js').ImageClassifier} classifier
   * @param {AbortSignal} [signal]
   * @returns {Promise<Reading>}
   */
  async #readFace(picture, classifier, signal) {
    const begin = performance.now();
    const finder = await this.#finder();
    // Both networks must see the same frame.
    const frame = picture instanceof HTMLVideoElement ? await createImageBitmap(picture) : picture;
    try {
      const face = await finder.find(frame, { live: picture !== frame });
      const finding = performance.now() - begin;
      if (!face) return { result: null, faceless: true, finding };
      const result = await classifier.classify(frame, { regionOfInterest: face.region, signal });
      return { result, face, faceless: false, region: face.region, finding };
    } finally {
      if (frame !== picture && frame instanceof ImageBitmap) frame.close();
    }
  }

  /** A finder runs a worker, which models that read no faces do not need. */
  #closeUnwanted() {
    if (this.#found?.path === this.#models.current?.finder) return;
    this.#found?.finder.then((finder) => finder.close(), () => {});
    this.#found = undefined;
  }

  /** Made when the first face is looked for. */
  async #finder() {
    const path = String(this.#models.current?.finder);
    if (!this.#found) {
      const finder = import('./faces.js').then(({ FaceFinder }) =>
        FaceFinder.create(this.#models.addressOf(path), { level: this.#models.level }));
      this.#found = { path, finder };
    }
    const found = this.#found;
    try {
      return await found.finder;
    } catch (error) {
      if (this.#found === found) this.#found = undefined;
      throw error;
    }
  }
}
