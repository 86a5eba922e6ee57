// The files of what was dropped, with their paths: folders are walked. And those of an input, alike.

/** @typedef {import('./dataset.js').Source} Source */

/** @param {Iterable<File>} files  of an input that takes a folder, or files */
export const chosenFiles = (files) => [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/**
 * Whether there is something to walk or several files: one file alone is no dataset. To be asked while
 * the event lasts, as the entries are gone after it.
 * @param {DataTransfer} transfer
 */
export function entriesOf(transfer) {
  return [...transfer.items].filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
}

/** @param {FileSystemEntry[]} entries @returns {Promise<Source[]>} */
export async function walk(entries) {
  /** @type {Source[]} */
  const sources = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    if (entry.isFile) {
      const file = await fileOf(/** @type {FileSystemFileEntry} */ (entry));
      sources.push({ path: entry.fullPath.replace(/^\//, ''), file });
    } else {
      waiting.push(...await childrenOf(/** @type {FileSystemDirectoryEntry} */ (entry)));
    }
  }
  return sources;
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File>} */
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

/** A reader hands entries out by the hundred, and none when all are read. @param {FileSystemDirectoryEntry} folder */
async function childrenOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    const some = await new Promise((/** @type {(entries: FileSystemEntry[]) => void} */ resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
