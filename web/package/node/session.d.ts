// Tensors in, tensors out, under Node: the same as in a page. A source may be a path, too.
export * from '../../session.js';
