// npm run package: the library as an npm package, in build/package and as a .tgz beside it. It has nothing of the
// page and no models. Options: see `usage`.
import { parseArgs } from 'node:util';
import { buildAll, exitWith } from './build.mjs';
import { sizesOf, sizeText } from './lib/package/sizes.mjs';
import { writePackage } from './lib/package/write.mjs';

const usage = `npm run package [-- options]: the library as an npm package, build/package and build/gossamer-VERSION.tgz

  --built   what is built is up to date
  --help`;

try {
  const { values } = parseArgs({ options: { built: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(usage);
  } else {
    if (!values.built) await buildAll({ native: false });
    const { folder, archive } = await writePackage();
    console.log(sizeText(sizesOf(folder)));
    console.log(archive);
  }
} catch (error) {
  exitWith(error);
}
