// Sampling pictures at computed places.

/** @typedef {import('../builder.mjs').Builder} Builder */

/** @param {Builder} b */
function gridSample(b) {
  const opset = b.opset(16);
  const spatial = opset >= 20 && b.chance(20) ? 3 : 2;
  const [batch, channels] = [b.int(1, 2), b.int(1, 5)];
  const extents = () => Array.from({ length: spatial }, () => b.int(1, 7));
  const x = b.tensor([batch, channels, ...extents()]);
  const grid = b.tensor([batch, ...extents(), spatial], { low: -1.5, high: 1.5 });
  const names = opset < 20 ? ['bilinear', 'nearest', 'bicubic'] : ['linear', 'nearest', 'cubic'];
  const mode = b.pick(spatial === 3 ? names.slice(0, 2) : names);
  b.output(b.node('GridSample', [x, grid], {
    mode, padding_mode: b.pick(['zeros', 'border', 'reflection']), align_corners: b.chance(50) ? 1 : undefined,
  }));
}

/** @param {Builder} b */
function affineGrid(b) {
  b.opset(20);
  const spatial = b.pick([2, 2, 3]);
  const batch = b.int(1, 3);
  const size = [batch, b.int(1, 4), ...Array.from({ length: spatial }, () => b.int(2, 7))];
  const inputs = [b.tensor([batch, spatial, spatial + 1]), b.ints(size)];
  b.output(b.node('AffineGrid', inputs, { align_corners: b.chance(50) ? 1 : undefined }));
}

/** @param {Builder} b */
function deformConv(b) {
  b.opset(19);
  const [group, offsetGroup] = [b.pick([1, 1, 2]), b.pick([1, 1, 2])];
  const [from, to] = [2 * b.int(1, 3), 2 * b.int(1, 3)];
  const [kernel, stride, pad] = [b.int(1, 3), b.int(1, 2), b.int(0, 1)];
  const [height, width] = [b.int(3, 8), b.int(3, 8)];
  const out = (/** @type {number} */ extent) => Math.floor((extent + 2 * pad - kernel) / stride) + 1;
  const places = [1, offsetGroup * kernel * kernel, out(height), out(width)];
  const inputs = [
    b.tensor([1, from, height, width]), b.spread([to, from / group, kernel, kernel], (from / group) * kernel * kernel),
    b.tensor(places.map((extent, i) => (i === 1 ? 2 * extent : extent))),
    b.chance(50) ? b.weight([to]) : '',
  ];
  if (b.chance(50)) inputs.push(b.tensor(places, { low: 0, high: 1 }));
  b.output(b.node('DeformConv', inputs, {
    group, offset_group: offsetGroup, strides: [stride, stride], pads: [pad, pad, pad, pad], kernel_shape: [kernel, kernel],
  }));
}

/** @type {Record<string, (b: Builder) => void>} */
export const sampling = { GridSample: gridSample, AffineGrid: affineGrid, DeformConv: deformConv };
