// Draws on an SVG: for few marks, for files, and for what lies over a canvas.
// Not here: many marks (canvasSurface.js).

import { fontFamily } from '../charts.js';
import { svg } from '../dom.js';
import { outlines } from './shapes.js';

const anchors = { start: 'start', middle: 'middle', end: 'end' };
const baselines = { top: 'hanging', middle: 'central', bottom: 'auto' };
let clips = 0;

/** Two digits behind the point are more than a screen shows, and keep files small.
 * @param {number} value */
const short = (value) => String(Math.round(value * 100) / 100);

export class SvgSurface {
  constructor() {
    this.element = svg('svg', { xmlns: 'http://www.w3.org/2000/svg' });
    /** @type {Element} */
    this.into = this.element;
  }

  /** @param {number} width @param {number} height */
  clear(width, height) {
    this.element.replaceChildren();
    this.into = this.element;
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${short(width)} ${short(height)}` })) {
      this.element.setAttribute(name, String(value));
    }
  }

  /** @param {Area} area @param {() => void} draw */
  clipped({ left, top, right, bottom }, draw) {
    clips += 1;
    const id = `plot-clip-${clips}`;
    const rect = svg('rect', { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) });
    const group = svg('g', { 'clip-path': `url(#${id})` });
    this.into.append(svg('clipPath', { id }, rect), group);
    const before = this.into;
    this.into = group;
    draw();
    this.into = before;
  }

  /** @param {ArrayLike<number>} points @param {Ink} ink @param {boolean} [closed] */
  path(points, ink, closed = false) {
    let d = '';
    for (let i = 0; i + 1 < points.length; i += 2) d += `${i ? 'L' : 'M'}${short(points[i])} ${short(points[i + 1])}`;
    if (d) this.into.append(svg('path', { d: closed ? `${d}Z` : d, ...paint(ink) }));
  }

  /** @param {ArrayLike<number>} points @param {Ink} ink */
  segments(points, ink) {
    let d = '';
    for (let i = 0; i + 3 < points.length; i += 4) {
      d += `M${short(points[i])} ${short(points[i + 1])}L${short(points[i + 2])} ${short(points[i + 3])}`;
    }
    if (d) this.into.append(svg('path', { d, ...paint(ink) }));
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {Ink} ink */
  rect(x, y, width, height, ink) {
    const size = { x: short(x), y: short(y), width: short(width), height: short(height) };
    this.into.append(svg('rect', { ...size, ...paint(ink) }));
  }

  /** Each is an element of its own anyway.
   * @param {Area} _ @param {() => void} draw */
  marks(_, draw) {
    draw();
  }

  /** @param {Shape} shape @param {number} x @param {number} y @param {number} radius @param {Ink} ink */
  mark(shape, x, y, radius, ink) {
    if (shape === 'circle') {
      this.into.append(svg('circle', { cx: short(x), cy: short(y), r: short(radius), ...paint(ink) }));
      return;
    }
    const { closed, lines } = outlines[shape];
    let d = '';
    for (const line of lines) {
      for (let i = 0; i < line.length; i += 2) {
        d += `${i ? 'L' : 'M'}${short(x + line[i] * radius)} ${short(y + line[i + 1] * radius)}`;
      }
      if (closed) d += 'Z';
    }
    this.into.append(svg('path', { d, ...paint(closed ? ink : { ...ink, fill: undefined }) }));
  }

  /** @param {number} x @param {number} y @param {string} text @param {TextInk} ink */
  text(x, y, text, ink) {
    const { fill, size = 12, weight = 400, align = 'start', baseline = 'middle', turn, halo, italic } = ink;
    this.into.append(svg('text', {
      x: short(x), y: short(y), fill, 'font-size': size, 'font-weight': weight,
      'font-family': fontFamily(), 'font-style': italic ? 'italic' : null,
      'text-anchor': anchors[align], 'dominant-baseline': baselines[baseline],
      transform: turn ? `rotate(${turn} ${short(x)} ${short(y)})` : null,
      ...(halo && { stroke: halo, 'stroke-width': 3.5, 'stroke-linejoin': 'round', 'paint-order': 'stroke' }),
    }, text));
  }
}

/** @param {Ink} ink */
function paint({ stroke, fill, width = 1, dash = [], alpha = 1 }) {
  return {
    fill: fill ?? 'none', stroke: stroke ?? null, 'stroke-width': stroke ? width : null,
    'stroke-dasharray': stroke && dash.length > 0 ? dash.join(' ') : null,
    'stroke-linejoin': stroke ? 'round' : null, opacity: alpha === 1 ? null : alpha,
  };
}
