// Reads a picture with the model in use. A model of faces (its manifest entry names a finder) reads the
// largest face and not the whole picture, so the face is found first; where there is none, nothing is
// classified. Other models read the whole picture, or the region that is asked for.

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

  /** @param {import('./models.js').Models} models */
  constructor(models) {
    this.#models = models;
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
    if (!this.wantsFace) {
      const asked = performance.now();
      const source = pixels?.() ?? picture;
      const taken = performance.now() - asked;
      const result = live ? await classifier.classifyForVideo(source, asked, { regionOfInterest: region })
        : await classifier.classify(source, { regionOfInterest: region, signal });
      if (result) result.timing.preprocess += taken;
      return { result, faceless: false, region, finding: 0 };
    }
    const begin = performance.now();
    // Both networks must see the same frame.
    const frame = picture instanceof HTMLVideoElement ? await createImageBitmap(picture) : picture;
    try {
      const face = await (await this.#finder()).find(frame, { live: picture !== frame });
      const finding = performance.now() - begin;
      if (!face) return { result: null, faceless: true, finding };
      const result = await classifier.classify(frame, { regionOfInterest: face.region, signal });
      return { result, face, faceless: false, region: face.region, finding };
    } finally {
      if (frame !== picture && frame instanceof ImageBitmap) frame.close();
    }
  }

  /** Made when the first face is looked for. */
  async #finder() {
    const path = String(this.#models.current?.finder);
    if (this.#found?.path !== path) {
      this.#found?.finder.then((finder) => finder.close(), () => {});
      const finder = import('./faces.js').then(({ FaceFinder }) =>
        FaceFinder.create(this.#models.addressOf(path), { level: this.#models.level }));
      this.#found = { path, finder };
    }
    try {
      return await this.#found.finder;
    } catch (error) {
      this.#found = undefined;
      throw error;
    }
  }
}
