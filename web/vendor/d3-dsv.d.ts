// Types of vendor/d3-dsv.js, which the build copies from npm (tools/lib/vendor.mjs): the part that the page uses.
interface Dsv {
  parseRows(text: string): string[][];
  formatRows(rows: string[][]): string;
}

export default function dsvFormat(delimiter: string): Dsv;
