// CHANGELOG.md and version numbers.

/** Where the version stands. @type {[string, RegExp][]} */
export const versionPlaces = [
  ['package.json', /("version": ")[\d.]+/],
  ['CMakeLists.txt', /(project\(gossamer VERSION )[\d.]+/],
  ['web/lib/version.js', /(VERSION = ')[\d.]+/],
];

/** Texts and examples that name the package's archive. */
export const archivePlaces = /^(README|CONTRIBUTING|(docs|examples)\/.*)\.(md|json)$/;

/** The archive's name, wherever it stands. */
export const ARCHIVE = /(gossamer-)(\d+\.\d+\.\d+)(?=\.tgz)/g;

const OPEN = /^## Unreleased\n([\s\S]*?)(?=^## |(?![\s\S]))/m;

/** What is listed under Unreleased; empty where nothing is. @param {string} text */
export const openChanges = (text) => (OPEN.exec(text)?.[1] ?? '').trim();

/** The text with what is open listed under a version. @param {string} text @param {string} version @param {Date} date */
export function withVersion(text, version, date) {
  return text.replace(OPEN, (_, changes) => `## Unreleased\n\n## ${version}, ${date.toISOString().slice(0, 10)}\n${changes}`);
}

/** @param {string} version @param {string} level  major, minor or patch */
export function nextVersion(version, level) {
  const index = ['major', 'minor', 'patch'].indexOf(level);
  if (index < 0) throw new Error(`--level must be major, minor or patch, not '${level}'`);
  const numbers = version.split('.').map(Number);
  return numbers.map((number, i) => (i < index ? number : i === index ? number + 1 : 0)).join('.');
}
