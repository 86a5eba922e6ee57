// The views that the page has, in the order of its navigation. Each is a module in views/, which the
// router imports when its view is first opened; what is not listed here is not offered.

/**
 * What a view's module exports as `view`.
 * @typedef {object} View
 * @property {string} name  its address: `#name`
 * @property {string} title  what the navigation calls it
 * @property {(host: HTMLElement, app: App) => Promise<Mounted> | Mounted} mount  called once, with an
 *     empty element of its own
 *
 * A view that was mounted.
 * @typedef {object} Mounted
 * @property {(params: URLSearchParams) => unknown} show  each time it comes on the page; `params` are
 *     those after its name in the address (`#measure?runs=50`)
 * @property {() => unknown} hide  each time it leaves; it should then compute nothing
 * @property {(files: File[]) => boolean} [take]  offers files that were dropped, pasted or chosen while
 *     it is shown, a picture or a part of a model among them; true when it takes them
 * @property {(files: File[]) => boolean} [takeBeside]  offers files that are neither, such as names of classes;
 *     true when it takes them
 *
 * What views share.
 * @typedef {object} App
 * @property {import('./models.js').Models} models  the catalogue and the model in use. Its options for
 *     results are the defaults whenever a view is shown; a view that changes them changes them back
 * @property {import('./settings.js').Settings} settings  what the person has set on this device
 * @property {import('./offline.js').Offline} offline  the page's own files on this device
 * @property {(name: string, params?: Record<string, string>) => Promise<Mounted | undefined>} navigate
 *     opens a view and changes the address
 * @property {import('./reader.js').Reader} reader
 * @property {import('./errorPanel.js').ErrorPanel} errors
 * @property {(text: string) => void} announce  says something to screen readers
 * @property {typeof import('./texts.js').texts} texts
 * @property {() => import('./faces.js').Picture | undefined} [picture]  what is on the Classify view's
 *     stage, once that view was shown
 */

/** @type {{name: string, load: () => Promise<{view: View}>}[]} */
export const VIEWS = [
  { name: 'classify', load: () => import('./views/classify.js') },
  { name: 'models', load: () => import('./views/models.js') },
  { name: 'inspect', load: () => import('./views/inspect.js') },
  { name: 'measure', load: () => import('./views/measure.js') },
  { name: 'evaluate', load: () => import('./views/evaluate.js') },
];
