// What a browser says of the device it runs on, in a few words. It says little, and rounds it, so that
// devices cannot be told apart by it.

/**
 * @typedef {object} Navigator  the part that is read
 * @property {string} userAgent
 * @property {number} [hardwareConcurrency]
 * @property {number} [deviceMemory]  GiB, at most 8 or 32
 * @property {{brands: {brand: string, version: string}[], platform: string, mobile?: boolean}} [userAgentData]
 */

/** @type {[RegExp, string][]} The first that fits: every browser claims to be several others as well. */
const browsers = [
  [/\bEdg(?:A|iOS)?\/(\d+)/, 'Edge'], [/\bOPR\/(\d+)/, 'Opera'], [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'], [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[.\d]* .*Safari/, 'Safari'],
];

/** @type {[RegExp, string][]} */
const systems = [
  [/iPhone|iPad|iPod/, 'iOS'], [/Android/, 'Android'], [/CrOS/, 'ChromeOS'], [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'], [/Linux|X11/, 'Linux'],
];

/** @param {Navigator} navigator */
function browserOf({ userAgent, userAgentData }) {
  const brands = userAgentData?.brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand.replace(/[^a-z]/gi, ''))) ?? [];
  const brand = brands.find(({ brand: name }) => name !== 'Chromium') ?? brands[0];
  if (brand) return `${brand.brand} ${brand.version}`;
  for (const [pattern, name] of browsers) {
    const found = pattern.exec(userAgent);
    if (found) return `${name} ${found[1]}`;
  }
  return 'Unknown browser';
}

/** @param {Navigator} navigator */
export function describeDevice(navigator) {
  const system = navigator.userAgentData?.platform || systems.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] || 'unknown system';
  const { hardwareConcurrency: cores, deviceMemory: memory } = navigator;
  return [
    `${browserOf(navigator)} on ${system}`,
    ...(cores ? [`${cores} ${cores === 1 ? 'core' : 'cores'}`] : []),
    ...(memory ? [`${memory} GiB or more`] : []),
  ].join(', ');
}
