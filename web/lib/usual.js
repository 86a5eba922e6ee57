// What surrounds the library as a rule (see beside.js), and what its other forms share of it.

/** Builds of the module that lie in its folder, best first. */
export const BUILDS = /** @type {const} */ (['relaxed', 'simd', 'base']);

/** Addresses of models whose neighbours are fetched as well. */
export const FOLLOWED = /^(https?|[a-z-]+-extension):/;

/** The address of a file in a model's folder. @param {string} name @param {string} address  of the model */
export const besideOf = (name, address) => new URL(encodeURIComponent(name), address).href;
