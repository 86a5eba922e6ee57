// npm run release: what has to hold before a version is published, and what it would be. It publishes nothing by
// itself: with --dry-run it checks and shows; without, it also writes the version where it stands and, with the date, into
// CHANGELOG.md, and says the two commands that publish. Options: see `usage`.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll, exitWith } from './build.mjs';
import { repositoryFiles } from './lib/lint.mjs';
import { ARCHIVE, archivePlaces, nextVersion, openChanges, versionPlaces, withVersion } from './lib/package/changelog.mjs';
import { differenceOfTypes } from './lib/package/types.mjs';
import { sizesOf, sizeText } from './lib/package/sizes.mjs';
import { writePackage } from './lib/package/write.mjs';
import { root, run } from './lib/run.mjs';

const usage = `npm run release -- --dry-run | --level major|minor|patch: prepares a version of the package

  --dry-run      checks, packs, prints sizes and what changed in the public types since the last version; changes nothing
  --level LEVEL  which number goes up (default: minor where the public types changed, patch otherwise)
  --built        what is built is up to date
  --help`;

/** @param {string} name */
const file = (name) => path.join(root, name);

/** @param {{dry: boolean, level?: string, built: boolean}} options */
async function release({ dry, level, built }) {
  const changes = openChanges(readFileSync(file('CHANGELOG.md'), 'utf8'));
  if (!changes) throw new Error('CHANGELOG.md says nothing under Unreleased: there is nothing to release');
  const dirty = await run('git', ['status', '--porcelain']);
  if (dirty.trim()) {
    if (!dry) throw new Error(`commit first:\n${dirty}`);
    console.log(`Not committed:\n${dirty}`);
  }
  if (!built) await buildAll({ native: false });
  const { folder, archive } = await writePackage();
  const sizes = sizesOf(folder);
  console.log(sizeText(sizes));
  const large = sizes.filter(({ brotli, limit }) => brotli > limit);
  if (large.length > 0) throw new Error(`larger than allowed: ${large.map(({ what }) => what).join('; ')}`);
  const difference = await differenceOfTypes(folder);
  console.log(`\nPublic types, against ${difference.base ?? 'nothing: no version was released before'}:\n${difference.text || 'unchanged'}`);
  const manifest = JSON.parse(readFileSync(file('package.json'), 'utf8'));
  const version = nextVersion(manifest.version, level ?? (difference.text ? 'minor' : 'patch'));
  console.log(`\n${archive}\nThe next version would be ${version}:\n${changes}`);
  if (dry) return;
  for (const [name, pattern] of versionPlaces) {
    writeFileSync(file(name), readFileSync(file(name), 'utf8').replace(pattern, (_, before) => `${before}${version}`));
  }
  for (const name of await repositoryFiles(archivePlaces)) {
    writeFileSync(file(name), readFileSync(file(name), 'utf8').replace(ARCHIVE, (_, before) => `${before}${version}`));
  }
  writeFileSync(file('CHANGELOG.md'), withVersion(readFileSync(file('CHANGELOG.md'), 'utf8'), version, new Date()));
  await run('npm', ['install', '--package-lock-only']);
  console.log(`\nNow: git commit -am ${version} && git tag v${version}; then npm run package and npm publish build/gossamer-${version}.tgz`);
}

try {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean' }, level: { type: 'string' }, built: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  });
  const { 'dry-run': dry = false, level, built = false } = values;
  if (values.help || (!dry && !level)) console.log(usage);
  else await release({ dry, level, built });
} catch (error) {
  exitWith(error);
}
