// The library for service workers (and browser extensions, whose background is one), where import() is
// forbidden: the same as gossamer.js, with all that gossamer.js would import later imported now.
//
//   import { ImageClassifier } from './gossamer/service-worker.js';
//
// For the drop-in for onnxruntime-web, import this file and ort.js.

import { Engine } from './lib/engine.js';
import { handedOver } from './lib/host.js';
import * as seldom from './lib/seldom.js';
import * as base from './wasm/gossamer-base.js';
import * as baseAll from './wasm/gossamer-base-all.js';
import * as relaxed from './wasm/gossamer-relaxed.js';
import * as relaxedAll from './wasm/gossamer-relaxed-all.js';
import * as simd from './wasm/gossamer-simd.js';
import * as simdAll from './wasm/gossamer-simd-all.js';

export * from './gossamer.js';

handedOver.Engine = Engine;
handedOver.seldom = seldom;
handedOver.scripts = new Map(Object.entries({
  'gossamer-base.js': base, 'gossamer-base-all.js': baseAll,
  'gossamer-simd.js': simd, 'gossamer-simd-all.js': simdAll,
  'gossamer-relaxed.js': relaxed, 'gossamer-relaxed-all.js': relaxedAll,
}));
