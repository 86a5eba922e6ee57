// A model of faces is measured as the page uses it: the face is found first, then classified. The time of
// finding counts for preparing the picture. The picture that is measured with shows no face, so the network
// that finds is run once, as for a camera's picture with a face in it, and a usual place is classified.

/** @typedef {import('./session.js').Subject} Subject */

/** The network's input for the camera (../faces.js). */
const SIDE = 320;
/** Where a face is in a usual picture of a camera. */
const PLACE = { left: 0.35, top: 0.2, right: 0.65, bottom: 0.65 };

/**
 * @param {Subject} classifier
 * @param {{find: (picture: any, options: {side: number}) => Promise<unknown>, close: () => Promise<void>}} finder
 * @param {unknown} canvas  the picture, as the finder takes it
 * @returns {Subject & {finding: number[]}}  finding: milliseconds of each picture
 */
export function findingFirst(classifier, finder, canvas) {
  /** @type {number[]} */
  const finding = [];
  return {
    finding,
    async classify(picture, options) {
      const begin = performance.now();
      await finder.find(canvas, { side: SIDE });
      const found = performance.now() - begin;
      options?.signal?.throwIfAborted();
      const { timing } = await classifier.classify(picture, { ...options, regionOfInterest: PLACE });
      finding.push(found);
      return { timing: { ...timing, preprocess: timing.preprocess + found, total: timing.total + found } };
    },
    info: () => classifier.info(),
    close: async () => {
      await Promise.all([classifier.close(), finder.close()]);
    },
  };
}
