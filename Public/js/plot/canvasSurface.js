// Draws on a canvas, sharp on any screen: for many marks. Each kind of mark is drawn once and then stamped into the
// picture's pixels: thousands of them take a tenth of the time that the canvas's own drawing takes without a GPU.
// Not here: what SVG files are made of (svgSurface.js).

import { fontFamily } from '../charts.js';
import { outlines } from './shapes.js';

const mostStamps = 400;

/** @typedef {{image: HTMLCanvasElement, size: number, sides: [number, number], pixels: Uint8ClampedArray}} Stamp */

export class CanvasSurface {
  /** @param {HTMLCanvasElement} canvas @param {number} [ratio] left out: as the screen has it */
  constructor(canvas, ratio) {
    this.element = canvas;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('this browser draws no canvas');
    this.context = context;
    this.given = ratio;
    this.ratio = 1;
    /** @type {Map<string, Stamp>} */
    this.stamps = new Map();
    /** The picture while marks are stamped.
     * @type {ImageData | null} */
    this.picture = null;
    this.limits = { left: 0, top: 0, right: 0, bottom: 0 };
    this.font = fontFamily();
  }

  /** @param {number} width @param {number} height @param {string} [ground] a colour; stamps need an opaque one */
  clear(width, height, ground = 'white') {
    const ratio = this.given ?? Math.min(3, devicePixelRatio || 1);
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (ratio !== this.ratio) this.stamps.clear();
    this.ratio = ratio;
    if (this.element.width !== wide || this.element.height !== high) {
      this.element.width = wide;
      this.element.height = high;
    }
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.fillStyle = ground;
    this.context.fillRect(0, 0, wide, high);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.limits = { left: 0, top: 0, right: wide, bottom: high };
  }

  /** @param {Area} area @param {() => void} draw */
  clipped({ left, top, right, bottom }, draw) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(left, top, right - left, bottom - top);
    this.context.clip();
    draw();
    this.context.restore();
  }

  /** @param {ArrayLike<number>} points @param {Ink} ink @param {boolean} [closed] */
  path(points, ink, closed = false) {
    if (points.length < 2) return;
    const { context } = this;
    context.beginPath();
    for (let i = 0; i + 1 < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
    if (closed) context.closePath();
    this.#paint(ink);
  }

  /** @param {ArrayLike<number>} points @param {Ink} ink */
  segments(points, ink) {
    const { context } = this;
    context.beginPath();
    for (let i = 0; i + 3 < points.length; i += 4) {
      context.moveTo(points[i], points[i + 1]);
      context.lineTo(points[i + 2], points[i + 3]);
    }
    this.#paint(ink);
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {Ink} ink */
  rect(x, y, width, height, ink) {
    if (ink.fill && !ink.stroke) {
      this.context.globalAlpha = ink.alpha ?? 1;
      this.context.fillStyle = ink.fill;
      this.context.fillRect(x, y, width, height);
      this.context.globalAlpha = 1;
      return;
    }
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.#paint(ink);
  }

  /** Marks that are drawn within are stamped together.
   * @param {Area} area @param {() => void} draw */
  marks({ left, top, right, bottom }, draw) {
    const { width, height } = this.element;
    const within = (/** @type {number} */ value, /** @type {number} */ most) => (
      Math.min(most, Math.max(0, Math.round(value * this.ratio))));
    this.limits = {
      left: within(left, width), right: within(right, width), top: within(top, height), bottom: within(bottom, height),
    };
    this.picture = this.context.getImageData(0, 0, width, height);
    draw();
    this.context.putImageData(this.picture, 0, 0);
    this.picture = null;
  }

  /** @param {Shape} shape @param {number} x @param {number} y @param {number} radius @param {Ink} ink */
  mark(shape, x, y, radius, ink) {
    const stamp = this.#stamp(shape, Math.round(radius * 4) / 4, ink);
    const [left, top] = [x, y].map((place) => Math.round(place * this.ratio - stamp.size / 2));
    if (this.picture) blend(this.picture, stamp, left, top, this.limits);
    else this.context.drawImage(stamp.image, left / this.ratio, top / this.ratio, ...stamp.sides);
  }

  /** @param {number} x @param {number} y @param {string} text @param {TextInk} ink */
  text(x, y, text, ink) {
    const { context } = this;
    const { fill, size = 12, weight = 400, align = 'start', baseline = 'middle', turn = 0, halo, italic } = ink;
    context.save();
    context.translate(x, y);
    context.rotate(turn * Math.PI / 180);
    context.font = `${italic ? 'italic ' : ''}${weight} ${size}px ${this.font}`;
    context.textAlign = align === 'middle' ? 'center' : align;
    context.textBaseline = baseline === 'bottom' ? 'alphabetic' : baseline;
    if (halo) {
      context.strokeStyle = halo;
      context.lineWidth = 3.5;
      context.lineJoin = 'round';
      context.strokeText(text, 0, 0);
    }
    context.fillStyle = fill;
    context.fillText(text, 0, 0);
    context.restore();
  }

  /** @param {Ink} ink */
  #paint({ stroke, fill, width = 1, dash = [], alpha = 1 }) {
    const { context } = this;
    context.globalAlpha = alpha;
    if (fill) {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.lineJoin = 'round';
      context.setLineDash([...dash]);
      context.stroke();
      context.setLineDash([]);
    }
    context.globalAlpha = 1;
  }

  /** A mark's picture, drawn when it is needed first.
   * @param {Shape} shape @param {number} radius @param {Ink} ink @returns {Stamp} */
  #stamp(shape, radius, { fill, stroke, width = 1, alpha = 1 }) {
    const key = `${shape} ${radius} ${fill} ${stroke} ${width} ${alpha}`;
    const known = this.stamps.get(key);
    if (known) return known;
    const size = Math.ceil((radius * 1.3 + (stroke ? width : 0) + 0.5) * this.ratio) * 2;
    const image = document.createElement('canvas');
    image.width = image.height = size;
    const context = image.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('this browser draws no canvas');
    context.setTransform(this.ratio, 0, 0, this.ratio, size / 2, size / 2);
    context.globalAlpha = alpha;
    context.beginPath();
    trace(context, shape, radius);
    if (fill && (shape === 'circle' || outlines[shape].closed)) {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.stroke();
    }
    if (this.stamps.size >= mostStamps) this.stamps.clear();
    const side = size / this.ratio;
    const stamp = { image, size, sides: /** @type {[number, number]} */ ([side, side]),
      pixels: context.getImageData(0, 0, size, size).data };
    this.stamps.set(key, stamp);
    return stamp;
  }
}

/** Lays a stamp over an opaque picture.
 * @param {ImageData} picture @param {Stamp} stamp @param {number} left @param {number} top pixels of the screen
 * @param {Area} limits */
function blend({ data, width }, { pixels, size }, left, top, limits) {
  const [x0, x1] = [Math.max(left, limits.left), Math.min(left + size, limits.right)];
  const [y0, y1] = [Math.max(top, limits.top), Math.min(top + size, limits.bottom)];
  for (let y = y0; y < y1; y += 1) {
    let from = ((y - top) * size + x0 - left) * 4;
    let to = (y * width + x0) * 4;
    for (let x = x0; x < x1; x += 1, from += 4, to += 4) {
      const alpha = pixels[from + 3];
      if (alpha === 0) continue;
      for (let part = 0; part < 3; part += 1) {
        data[to + part] += (pixels[from + part] - data[to + part]) * alpha / 255;
      }
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {Shape} shape @param {number} radius */
function trace(context, shape, radius) {
  if (shape === 'circle') {
    context.arc(0, 0, radius, 0, 2 * Math.PI);
    return;
  }
  for (const line of outlines[shape].lines) {
    for (let i = 0; i < line.length; i += 2) {
      if (i) context.lineTo(line[i] * radius, line[i + 1] * radius);
      else context.moveTo(line[i] * radius, line[i + 1] * radius);
    }
    if (outlines[shape].closed) context.closePath();
  }
}
