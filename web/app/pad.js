// The drawing pad. Pointer events enter (mouse, finger, pen alike), ink leaves, and a callback after every
// change. Everything is drawn twice: on the canvas that is seen, and, smaller, on one that models read. Both
// have a fixed number of pixels whatever their size on screen, so that the same gesture gives the same
// picture on every display.

import { DIGITS } from './strokes.js';

/** Width of the pen as a part of the pad: about 2 pixels once a digit is brought to 20 x 20. */
const PEN = 0.062;
/** Side of the canvas that is read: as much as most inputs have. Reading, copying and searching four times as
 * many pixels would take twice as long, and longer than most models here. */
const READ = 256;

export class Pad {
  /** True as long as nothing is drawn. */
  empty = true;
  /** @type {[number, number][][]} What is drawn, stroke by stroke, in pixels of the canvas. */
  strokes = [];
  /** @type {readonly (readonly import('./strokes.js').Stroke[])[]} What it can draw by itself. */
  samples = DIGITS;

  /** What models read. */
  picture = Object.assign(document.createElement('canvas'), { width: READ, height: READ });

  #canvas;
  /** Of the canvas that is seen, and of the one that is read. */
  #contexts;
  /** @type {(done: boolean) => void} */
  #onChange;
  /** @type {(digit: number) => void} */
  #onDigit;
  /** @type {number | undefined} The one pointer that draws. */
  #pointer;
  #isSample = false;
  #last = { x: 0, y: 0 };
  #middle = { x: 0, y: 0 };

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(done: boolean) => void} onChange  done: the stroke has ended
   * @param {(digit: number) => void} onDigit  the key of a digit was pressed
   */
  constructor(canvas, onChange, onDigit) {
    this.#canvas = canvas;
    this.#onChange = onChange;
    this.#onDigit = onDigit;
    // Kept in memory, where they are quick to read, and are not lost as on graphics processors.
    this.#contexts = [canvas, this.picture].map((each) => /** @type {CanvasRenderingContext2D} */ (
      each.getContext('2d', { alpha: false, willReadFrequently: true })));
    this.#contexts[1].scale(READ / canvas.width, READ / canvas.height);
    this.#wipe();
    canvas.addEventListener('pointerdown', (event) => this.#down(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    canvas.addEventListener('pointerup', (event) => this.#up(event));
    canvas.addEventListener('pointercancel', (event) => this.#up(event));
    canvas.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Back to white. */
  clear() {
    this.#wipe();
    this.#onChange(true);
  }

  /** What is drawn, without the way through an ImageBitmap, which takes longer than the runtime. */
  pixels() {
    return this.#contexts[1].getImageData(0, 0, READ, READ);
  }

  /** Draws a sample as if by hand. @param {number} index */
  sample(index) {
    this.#wipe();
    this.#onChange(false);
    const { width, height } = this.#canvas;
    for (const stroke of this.samples[index] ?? []) {
      const points = stroke.map(([x, y]) => ({ x: x * width, y: y * height }));
      this.#begin(points[0]);
      for (const point of points.slice(1)) this.#extend(point);
      this.#finish();
    }
    this.#isSample = true;
    this.#onChange(true);
  }

  #wipe() {
    for (const context of this.#contexts) {
      context.fillStyle = '#fff';
      context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
      context.strokeStyle = '#000';
      context.lineWidth = PEN * this.#canvas.width;
      context.lineCap = 'round';
      context.lineJoin = 'round';
    }
    this.#pointer = undefined;
    this.#isSample = false;
    this.empty = true;
    this.strokes = [];
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (this.#pointer !== undefined || event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    if (this.#isSample) this.#wipe();  // it gives way to what a hand draws
    this.#pointer = event.pointerId;
    this.#begin(this.#place(event));
    this.#onChange(false);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    // A fast hand moves several times between two frames; the browser keeps every place.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.#extend(this.#place(each));
    this.#onChange(false);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = undefined;
    this.#finish();
    this.#onChange(true);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) this.#onDigit(Number(event.key));
    else if (event.key === 'Delete' || event.key === 'Backspace') this.clear();
    else return;
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #place(event) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * this.#canvas.width,
      y: ((event.clientY - box.top) / box.height) * this.#canvas.height,
    };
  }

  /** @param {{x: number, y: number}} point */
  #begin(point) {
    this.#last = point;
    this.#middle = point;
    this.empty = false;
    this.strokes.push([[point.x, point.y]]);
    this.#line(point);  // a tap leaves a dot
  }

  /** Curves through the midpoints, so that corners of the samples do not show. */
  #extend(/** @type {{x: number, y: number}} */ point) {
    const middle = { x: (this.#last.x + point.x) / 2, y: (this.#last.y + point.y) / 2 };
    this.strokes.at(-1)?.push([point.x, point.y]);
    this.#stroke((context) => context.quadraticCurveTo(this.#last.x, this.#last.y, middle.x, middle.y));
    this.#last = point;
    this.#middle = middle;
  }

  #finish() {
    this.#line(this.#last);
  }

  /** @param {{x: number, y: number}} to */
  #line(to) {
    this.#stroke((context) => context.lineTo(to.x, to.y));
  }

  /** From where the last stroke ended. @param {(context: CanvasRenderingContext2D) => void} onwards */
  #stroke(onwards) {
    for (const context of this.#contexts) {
      context.beginPath();
      context.moveTo(this.#middle.x, this.#middle.y);
      onwards(context);
      context.stroke();
    }
  }
}
