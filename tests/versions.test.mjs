// The version stands in several files, and changes are listed under it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repositoryFiles } from '../tools/lib/lint.mjs';
import { ARCHIVE, archivePlaces, nextVersion, openChanges, versionPlaces, withVersion } from '../tools/lib/package/changelog.mjs';
import { root } from '../tools/lib/run.mjs';

test('every place says the same version', () => {
  const versions = versionPlaces.map(([file, pattern]) => {
    const [found] = pattern.exec(readFileSync(path.join(root, file), 'utf8')) ?? [];
    assert.ok(found, `${file} has no version`);
    return /[\d.]+$/.exec(found)?.[0];
  });
  assert.equal(new Set(versions).size, 1, versions.join());
  const changes = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
  assert.match(changes, /^## Unreleased$/m);
});

test('texts and examples name the archive of this version', async () => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const named = (await repositoryFiles(archivePlaces)).flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(ARCHIVE)].map((match) => ({ file, version: match[2] })));
  assert.deepEqual(named.filter((each) => each.version !== version), []);
  for (const example of await repositoryFiles(/^examples\/.*package\.json$/)) assert.ok(named.some(({ file }) => file === example), example);
  assert.ok(named.some(({ file }) => file === 'README.md'));
});

test('what is open is listed under the next version', () => {
  const before = '# Changes\n\n## Unreleased\n\n- One.\n\n## 0.1.0\n\n- Zero.\n';
  assert.equal(openChanges(before), '- One.');
  const after = withVersion(before, '0.2.0', new Date('2026-01-02'));
  assert.equal(after, '# Changes\n\n## Unreleased\n\n## 0.2.0, 2026-01-02\n\n- One.\n\n## 0.1.0\n\n- Zero.\n');
  assert.equal(openChanges(after), '');
});

test('version numbers go up by their level', () => {
  assert.deepEqual(['major', 'minor', 'patch'].map((level) => nextVersion('1.2.3', level)), ['2.0.0', '1.3.0', '1.2.4']);
  assert.throws(() => nextVersion('1.2.3', 'huge'), /--level/);
});
