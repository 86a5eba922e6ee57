// Numbers as text, alike in the page and in the benchmark's report.

/** Three significant digits, as many as a median deserves. @param {number | undefined} value */
export function milliseconds(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value >= 100 || value === 0) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** @param {number | undefined} bytes */
export function megabytes(bytes) {
  if (bytes === undefined) return '–';
  const size = bytes / 1e6;
  return size >= 100 ? size.toFixed(0) : size >= 1 ? size.toFixed(1) : size.toFixed(3);
}

/** A size with its unit, as short as tells two apart. @param {number} bytes */
export function sizeText(bytes) {
  if (bytes < 9.995e5) return `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} KB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}
