// What the tests ask of a browser, whatever drives it: one window, in which pages are opened one after
// the other.

/**
 * @typedef {object} Browser
 * @property {string} version
 * @property {(url: string) => Promise<void>} open  resolves when the page has loaded
 * @property {(body: string, ...args: unknown[]) => Promise<any>} evaluate  runs the text of an async
 *     function body in the page, in which `args` are what follows; resolves to what it returns
 * @property {(selector: string, file: string) => Promise<void>} upload  chooses a file for an input
 * @property {(points: [number, number][]) => Promise<void>} drag  with the mouse held down
 * @property {() => Promise<void>} close
 */

export {};
