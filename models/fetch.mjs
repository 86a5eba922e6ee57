// Downloads public classifiers for a site that will have no internet: the same files as the page
// downloads on request, into dist/models/zoo (or below another folder), with a catalogue beside them that
// says which are there. Every file is checked by its SHA-256; a download that broke off goes on where it
// was. fetchHelp has the options.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { writePageFiles } from '../tools/lib/pageFiles.mjs';
import { root } from '../tools/lib/run.mjs';
import { FETCHED, fetchedFile, writeCatalogue } from '../tools/lib/zoo.mjs';
import { sizeText } from '../web/app/figures.js';
import { readZoo } from '../web/app/zoo/catalogue.js';

export const fetchHelp = `node models/fetch.mjs [NAME...]: downloads public classifiers beside the page

  NAME...          those to download; --list shows the names
  --all            all of them
  --list           names, sizes and licences, and which are there
  --to DIR         the folder of models, default dist/models; they are put into its zoo/
  --base URL       where to download from, in place of the catalogue's own base
  --catalogue FILE default models/zoo.json
  --help`;

/** @typedef {import('../web/app/zoo/catalogue.js').ZooEntry} ZooEntry */
/** @typedef {(line: string) => void} Print */

/**
 * Downloads one model; what is there whole stays.
 * @param {Pick<ZooEntry, 'name' | 'url' | 'bytes' | 'sha256'>} entry
 * @param {string} target
 * @param {(received: number) => void} [onProgress]
 */
export async function fetchModel({ name, url, bytes, sha256 }, target, onProgress = () => {}) {
  if (sizeOf(target) === bytes && await digestOf(target) === sha256) return 'there already';
  mkdirSync(path.dirname(target), { recursive: true });
  const part = `${target}.part`;
  const begun = Math.min(sizeOf(part), bytes);
  let resumed = false;
  if (begun < bytes) resumed = await download(url, part, begun, onProgress);
  const size = sizeOf(part);
  if (size < bytes) throw new Error(`${name}: the download broke off after ${size} of ${bytes} bytes; run this again to go on`);
  const digest = await digestOf(part);
  if (digest !== sha256) {
    rmSync(part);
    throw new Error(`${name}: what was downloaded is not the announced model (${size} bytes, SHA-256 ${digest}; expected ${bytes} bytes, ${sha256}): ${url}`);
  }
  renameSync(part, target);
  return resumed ? `went on after ${begun} bytes` : 'downloaded';
}

/**
 * Appends what is missing; begins anew where the server sends the whole file.
 * @param {string} url
 * @param {string} part
 * @param {number} begun  bytes that are there
 * @param {(received: number) => void} onProgress
 */
async function download(url, part, begun, onProgress) {
  const response = await fetch(url, { headers: begun ? { range: `bytes=${begun}-` } : {} })
    .catch((cause) => { throw new Error(`the server cannot be reached: ${url}`, { cause }); });
  const goesOn = response.status === 206
    && response.headers.get('content-range')?.startsWith(`bytes ${begun}-`) === true;
  if (response.status !== 200 && !goesOn) throw new Error(`the server answered ${response.status} ${response.statusText}: ${url}`);
  if (/^text\/html\b/.test(response.headers.get('content-type') ?? '')) {
    throw new Error(`the server sent a web page in place of the model: ${url}`);
  }
  let received = goesOn ? begun : 0;
  const count = new Transform({
    transform(chunk, _encoding, done) {
      received += chunk.length;
      onProgress(received);
      done(null, chunk);
    },
  });
  const body = Readable.fromWeb(/** @type {any} */ (response.body));
  // What arrived before it broke off stays, and the next run goes on there.
  await pipeline(body, count, createWriteStream(part, { flags: goesOn ? 'a' : 'w' })).catch((cause) => {
    // Errors of the file system name their call; those of the network come from fetch and name none.
    if (cause.syscall) throw new Error(`the file cannot be written: ${part}: ${cause.message}`, { cause });
  });
  return goesOn;
}

/** @param {string} file */
const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** @param {string} file */
async function digestOf(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * The program; its exit status.
 * @param {string[]} args
 * @param {Print} [print]
 */
export async function main(args, print = console.log) {
  const { values, positionals } = parseArgs({
    args, allowPositionals: true,
    options: {
      all: { type: 'boolean' }, list: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
      to: { type: 'string' }, base: { type: 'string' }, catalogue: { type: 'string' },
    },
  });
  const { to = path.join(root, 'dist/models'), catalogue = path.join(root, 'models/zoo.json') } = values;
  const zoo = JSON.parse(readFileSync(catalogue, 'utf8'));
  if (values.base) zoo.base = values.base.replace(/\/?$/, '/');
  const entries = readZoo(zoo, pathToFileURL(catalogue).href);
  const fileOf = (/** @type {ZooEntry} */ entry) => path.join(to, fetchedFile(entry));
  if (values.list) {
    for (const entry of entries) {
      const there = sizeOf(fileOf(entry)) === entry.bytes ? '  there' : '';
      print(`${entry.name.padEnd(28)}${sizeText(entry.bytes).padStart(10)}  ${entry.license}${there}`);
    }
    return 0;
  }
  const unknown = positionals.find((name) => !entries.some((entry) => entry.name === name));
  if (unknown) throw new Error(`the catalogue has no model called '${unknown}'; --list shows the names`);
  if (values.help || (!values.all && !positionals.length)) {
    print(fetchHelp);
    return values.help ? 0 : 1;
  }
  const wanted = entries.filter(({ name }) => values.all || positionals.includes(name));
  let failures = 0;
  for (const entry of wanted) {
    try {
      const outcome = await fetchModel(entry, fileOf(entry), progress(entry));
      print(`${entry.name}: ${outcome}`);
    } catch (error) {
      failures += 1;
      print(error instanceof Error ? error.message : String(error));
    }
  }
  writeCatalogue(to, catalogue);
  // The site's service worker serves only what its list knows.
  const site = path.dirname(path.resolve(to));
  if (existsSync(path.join(site, 'page-files.js'))) writePageFiles(site, { except: [`models/${FETCHED}`] });
  print(`${wanted.length - failures} of ${wanted.length} models are in ${path.join(to, path.dirname(fetchedFile(entries[0])))}`);
  return failures ? 1 : 0;
}

/** Progress on a terminal, one line that is written over. @param {ZooEntry} entry */
function progress({ name, bytes }) {
  let shown = -1;
  return (/** @type {number} */ received) => {
    const percent = Math.floor((100 * received) / bytes);
    if (!process.stderr.isTTY || percent === shown) return;
    shown = percent;
    process.stderr.write(`\r${name} ${percent} %${percent >= 100 ? '\r\x1b[K' : ''}`);
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
