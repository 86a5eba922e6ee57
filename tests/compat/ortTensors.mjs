// Checks of the drop-in: tensors. How they are made, what they say of themselves, what is refused.

import { check, elements, refuses, seen } from './check.mjs';

const ARRAYS = {
  float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array,
  int16: Int16Array, uint32: Uint32Array, int32: Int32Array, bool: Uint8Array,
};
const LONG = { int64: BigInt64Array, uint64: BigUint64Array };
/** Fresh ones. */
const longs = [1n, 0n, 2n ** 40n, 7n, 5n, 3n];
const numbers = [1, 0, 100, 7, 5, 3];

const byType = Object.entries(ARRAYS).flatMap(([type, Type]) => [
  check(`${type} of its typed array`, ({ Tensor }) => seen(new Tensor(type, Type.from(numbers), [2, 3]))),
  check(`${type} of a list`, ({ Tensor }) => seen(new Tensor(type, numbers, [3, 2]))),
  check(`${type} keeps its array`, ({ Tensor }) => {
    const data = Type.from(numbers);
    return new Tensor(type, data, [6]).data === data;
  }),
]).concat(Object.entries(LONG).flatMap(([type, Type]) => [
  check(`${type} of its typed array`, ({ Tensor }) => seen(new Tensor(type, new /** @type {any} */ (Type)(longs), [2, 3]))),
  check(`${type} of bigints`, ({ Tensor }) => seen(new Tensor(type, longs, [6]))),
  check(`${type} of numbers`, ({ Tensor }) => seen(new Tensor(type, numbers, [6]))),
  refuses(`${type} of a fraction`, ({ Tensor }) => new Tensor(type, [1.5], [1])),
]));

const inferred = Object.entries({ ...ARRAYS, ...LONG }).filter(([type]) => type !== 'bool').map(([type, Type]) =>
  check(`type inferred: ${type}`, ({ Tensor }) =>
    seen(new Tensor(new /** @type {any} */ (Type)(/64Array$/.test(Type.name) && Type.name.startsWith('Big') ? longs : numbers)))));

const made = [
  check('float16 of its bits', ({ Tensor }) => seen(new Tensor('float16', new Uint16Array([0x3c00, 0xc000, 0x3555]), [3]))),
  check('float16 shares its bits', ({ Tensor }) => {
    const bits = new Uint16Array([0x3c00, 0xc000]);
    const tensor = new Tensor('float16', bits, [2]);
    bits[0] = 0x4000;
    return elements(tensor.data);
  }),
  check('float16 of a Float16Array, or a refusal without it', ({ Tensor }) => {
    const Half = /** @type {any} */ (globalThis).Float16Array;
    return Half ? [seen(new Tensor('float16', new Half([1, -2]), [2])), seen(new Tensor(new Half([0.5]))),
      seen(new Tensor('float16', [1, 2, 65519], [3]))] : 'no Float16Array';
  }),
  check('bool of booleans', ({ Tensor }) => seen(new Tensor('bool', [true, false, true], [3]))),
  check('bool inferred of booleans', ({ Tensor }) => seen(new Tensor([true, false], [1, 2]))),
  check('string of texts', ({ Tensor }) => seen(new Tensor('string', ['a', 'ü', ''], [3, 1]))),
  check('string inferred of texts', ({ Tensor }) => seen(new Tensor(['cat', 'dog']))),
  check('string keeps its list', ({ Tensor }) => {
    const texts = ['a'];
    return new Tensor('string', texts).data === texts;
  }),
  check('uint8 of a clamped array, named and inferred', ({ Tensor }) => {
    const clamped = new Uint8ClampedArray([1, 300, -5]);
    return [seen(new Tensor('uint8', clamped, [3])), seen(new Tensor(clamped, [1, 3])), new Tensor(clamped).data === clamped];
  }),
  check('a clamped array is copied', ({ Tensor }) => {
    const clamped = new Uint8ClampedArray([1, 2]);
    const tensors = [new Tensor(clamped), new Tensor('uint8', clamped)];
    clamped[0] = 9;
    return tensors.map(({ data }) => elements(data));
  }),
  check('lists wrap around as JavaScript does', ({ Tensor }) =>
    [new Tensor('uint8', [300, -1, 2.7]), new Tensor('int8', [128]), new Tensor('int32', [2 ** 31])].map(seen)),
  check('what is no number becomes one as in JavaScript', ({ Tensor }) =>
    [new Tensor('float32', [undefined, null, '2', true]), new Tensor('int16', [NaN, '3'])].map(seen)),
  check('int4 and uint4 hold two in a byte', ({ Tensor }) =>
    [new Tensor('uint4', new Uint8Array([0x21, 0x03]), [3]), new Tensor('int4', new Uint8Array([0x21]), [2])].map(seen)),
  check('a scalar has no extents and one element', ({ Tensor }) => seen(new Tensor('float32', [4], []))),
  check('an extent of 0', ({ Tensor }) => seen(new Tensor('float32', [], [2, 0, 3]))),
  check('without extents there is one axis', ({ Tensor }) =>
    [seen(new Tensor('int32', [1, 2])), seen(new Tensor('float64', new Float64Array(0)))]),
  check('undefined extents are no extents', ({ Tensor }) => seen(new Tensor('float32', [1, 2], undefined))),
  check('a part of a buffer', ({ Tensor }) => seen(new Tensor(new Float32Array([0, 1, 2, 3]).subarray(1, 3)))),
  check('shared memory', ({ Tensor }) => {
    const data = new Float32Array(new SharedArrayBuffer(8));
    data.set([1, 2]);
    return seen(new Tensor(data));
  }),
  check('the extents are those given, not a copy', ({ Tensor }) => {
    const dims = [2, 3];
    return new Tensor('uint8', new Uint8Array(6), dims).dims === dims;
  }),
  check('extents can be changed in place', ({ Tensor }) => {
    const tensor = new Tensor('uint8', new Uint8Array(6), [2, 3]);
    tensor.dims = [6];
    tensor.dims[0] = 6;
    return seen(tensor);
  }),
  check('pinned memory', ({ Tensor }) => {
    const data = new Float32Array([1, 2]);
    return [seen(Tensor.fromPinnedBuffer('float32', data, [2, 1])), seen(Tensor.fromPinnedBuffer('float32', data)),
      seen(new Tensor({ location: 'cpu-pinned', type: 'float32', data, dims: [1, 2] }))];
  }),
  check('names of a tensor’s members', ({ Tensor }) =>
    ['data', 'dims', 'dispose', 'getData', 'gpuBuffer', 'location', 'mlTensor', 'reshape', 'size', 'texture', 'toDataURL',
      'toImageData', 'type'].filter((name) => name in Tensor.prototype || Object.hasOwn(new Tensor([true]), name))),
  check('names of static members', ({ Tensor }) =>
    ['fromGpuBuffer', 'fromImage', 'fromMLTensor', 'fromPinnedBuffer', 'fromTexture'].map((name) => typeof Tensor[name])),
  check('instanceof', ({ Tensor }) => new Tensor([true]) instanceof Tensor),
];

const use = [
  check('getData gives the elements', async ({ Tensor }) => {
    const tensor = new Tensor([1n].map(Boolean));
    const { data } = tensor;
    return [await tensor.getData() === data, await tensor.getData(true) === data, tensor.location, elements(data)];
  }),
  check('reshape shares the elements', ({ Tensor }) => {
    const tensor = new Tensor('int16', [1, 2, 3, 4], [4]);
    const other = tensor.reshape([2, 2]);
    tensor.data[0] = 9;
    return [seen(other), seen(tensor), other instanceof Tensor, other.data === tensor.data];
  }),
  check('reshape of texts, float16 and pinned memory', ({ Tensor }) => [
    new Tensor(['a', 'b']).reshape([2, 1]), new Tensor('float16', new Uint16Array(4), [4]).reshape([2, 2]),
    Tensor.fromPinnedBuffer('bool', new Uint8Array([1, 0])).reshape([1, 2]),
  ].map(seen)),
  check('disposed: what is left', ({ Tensor }) => {
    const tensor = new Tensor('float32', [1, 2], [2]);
    const left = tensor.dispose();
    return [left === undefined, tensor.location, tensor.type, tensor.size, tensor.dims];
  }),
  check('disposed twice', ({ Tensor }) => {
    const tensor = new Tensor([true]);
    tensor.dispose();
    tensor.dispose();
    return tensor.location;
  }),
  check('a reshaped tensor outlives the first', ({ Tensor }) => {
    const tensor = new Tensor('float32', [1, 2], [2]);
    const other = tensor.reshape([1, 2]);
    tensor.dispose();
    return seen(other);
  }),
];

/** @param {(tensor: any) => unknown} action */
const disposed = (action) => (/** @type {any} */ { Tensor }) => {
  const tensor = new Tensor('float32', [1, 2], [2]);
  tensor.dispose();
  return action(tensor);
};

const refused = [
  refuses('fewer elements than extents', ({ Tensor }) => new Tensor('float32', [1, 2, 3], [2, 2])),
  refuses('more elements than extents', ({ Tensor }) => new Tensor(new Uint8Array(7), [2, 3])),
  refuses('more elements than a scalar', ({ Tensor }) => new Tensor('float32', [1, 2], [])),
  refuses('fewer texts than extents', ({ Tensor }) => new Tensor(['a'], [2])),
  refuses('too few bytes of uint4', ({ Tensor }) => new Tensor('uint4', new Uint8Array(1), [3])),
  refuses('a broken extent', ({ Tensor }) => new Tensor('float32', [1], [1.5])),
  refuses('an extent that is text', ({ Tensor }) => new Tensor('float32', [1], ['1'])),
  refuses('an extent of NaN', ({ Tensor }) => new Tensor('float32', [1], [1, NaN])),
  refuses('an extent too large', ({ Tensor }) => new Tensor('float32', [1], [2 ** 53])),
  refuses('a negative extent', ({ Tensor }) => new Tensor('float32', [1], [1, 1, -1])),
  refuses('extents that are a number', ({ Tensor }) => new Tensor('float32', [1], 1)),
  refuses('extents of null', ({ Tensor }) => new Tensor('float32', [1], null)),
  refuses('extents in a typed array', ({ Tensor }) => new Tensor(new Float32Array(1), new Int32Array([1]))),
  refuses('an unknown type', ({ Tensor }) => new Tensor('float', [1], [1])),
  refuses('a type in capitals', ({ Tensor }) => new Tensor('Float32', new Float32Array(1), [1])),
  refuses('a type that every object has', ({ Tensor }) => new Tensor('constructor', new Float32Array(1), [1])),
  refuses('another array than the type says', ({ Tensor }) => new Tensor('float32', new Float64Array(1), [1])),
  refuses('int64 of 32 bits', ({ Tensor }) => new Tensor('int64', new Int32Array(1), [1])),
  refuses('an ArrayBuffer', ({ Tensor }) => new Tensor('float32', new ArrayBuffer(4), [1])),
  refuses('no data', ({ Tensor }) => new Tensor('float32')),
  refuses('null as data', ({ Tensor }) => new Tensor('float32', null, [1])),
  refuses('a number as data', ({ Tensor }) => new Tensor('float32', 1, [1])),
  refuses('a clamped array for another type', ({ Tensor }) => new Tensor('int8', new Uint8ClampedArray(1), [1])),
  refuses('bigints in float32', ({ Tensor }) => new Tensor('float32', [1n], [1])),
  refuses('texts as one text', ({ Tensor }) => new Tensor('string', 'cat', [1])),
  refuses('texts as a typed array', ({ Tensor }) => new Tensor('string', new Uint8Array(1), [1])),
  refuses('uint4 of a list', ({ Tensor }) => new Tensor('uint4', [1, 2], [2])),
  refuses('int4 of a list', ({ Tensor }) => new Tensor('int4', [1, 2], [2])),
  refuses('an empty list without a type', ({ Tensor }) => new Tensor([])),
  refuses('a list of numbers without a type', ({ Tensor }) => new Tensor([1, 2], [2])),
  refuses('a list of objects without a type', ({ Tensor }) => new Tensor([{}])),
  refuses('a DataView', ({ Tensor }) => new Tensor(new DataView(new ArrayBuffer(4)))),
  refuses('an object', ({ Tensor }) => new Tensor({})),
  refuses('nothing', ({ Tensor }) => new Tensor(), /./),
  refuses('an unknown place', ({ Tensor }) => new Tensor({ location: 'moon', type: 'float32', dims: [1] })),
  refuses('pinned memory of another type', ({ Tensor }) => Tensor.fromPinnedBuffer('float32', new Uint8Array(4))),
  refuses('pinned texts', ({ Tensor }) => Tensor.fromPinnedBuffer('string', ['a'])),
  refuses('disposed: its elements', disposed((tensor) => tensor.data)),
  refuses('disposed: getData', disposed((tensor) => tensor.getData())),
  refuses('disposed: reshape', disposed((tensor) => tensor.reshape([1, 2]))),
  refuses('disposed: a texture', disposed((tensor) => tensor.texture)),
  refuses('reshape to another size', ({ Tensor }) => new Tensor([true, false]).reshape([3])),
  refuses('reshape to a negative extent', ({ Tensor }) => new Tensor([true]).reshape([-1])),
  refuses('reshape to a number', ({ Tensor }) => new Tensor([true]).reshape(1)),
  refuses('no texture here', ({ Tensor }) => new Tensor([true]).texture),
  refuses('no GPU’s buffer here', ({ Tensor }) => new Tensor([true]).gpuBuffer),
  refuses('no MLTensor here', ({ Tensor }) => new Tensor([true]).mlTensor),
];

export const tensorChecks = [...byType, ...inferred, ...made, ...use, ...refused];
