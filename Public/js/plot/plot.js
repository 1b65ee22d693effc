// A plot: layers of marks between two axes, that can be pointed at, walked with the keyboard, zoomed, moved, brushed.
// Few marks are drawn as SVG, many on a canvas; what moves with the pointer lies on an SVG above either. What is far
// from the window is drawn when it comes near.
// Not here: the marks (layers.js), the axes (axes.js), the gestures (gestures.js), files (../export.js).

import { colours } from '../charts.js';
import { find, h, setText, svg } from '../dom.js';
import { Sight } from '../sight.js';
import { isOnPaper } from '../theme.js';
import { drawAxes, drawGrid, layOut } from './axes.js';
import { CanvasSurface } from './canvasSurface.js';
import { Gestures } from './gestures.js';
import { sound } from './sound.js';
import { SvgSurface } from './svgSurface.js';

const mostSvgMarks = 2000;
/** Keys that wait for marks. */
const mostWaiting = 50;

/** @typedef {{layer: Layer, index: number}} Target */

export class Plot {
  /** @param {PlotOptions} options */
  constructor(options) {
    this.options = { zoom: 'xy', brush: '', wheel: 'focused', bare: false, ...options };
    /** @type {PlotContent} */
    this.content = {
      x: { kind: 'linear', min: 0, max: 1 }, y: { kind: 'linear', min: 0, max: 1 }, layers: [],
    };
    /** What is shown where it isn't all.
     * @type {PlotView | null} */
    this.view = null;
    /** Nothing is drawn before there is something to show. */
    this.isShown = false;
    /** @type {PlotView | null} */
    this.brush = null;
    /** The mark in hand, and what it is called in every drawing.
     * @type {Target & {name: string} | null} */
    this.target = null;
    /** What keys have asked for before there were marks.
     * @type {(() => void)[]} */
    this.waiting = [];
    this.ground = h('div', { class: 'plot-ground', 'aria-hidden': 'true' });
    this.over = svg('svg', { class: 'plot-over', 'aria-hidden': 'true' });
    this.box = svg('rect', { class: 'plot-brush' });
    this.ring = svg('circle', { class: 'plot-ring' });
    this.tip = h('div', { class: 'plot-tip', hidden: true });
    this.element = h('div', {
      class: 'plot', tabindex: '0', role: 'application', 'aria-roledescription': 'chart', 'aria-label': options.label,
    }, this.ground, this.over, this.tip);
    /** @type {SvgSurface | CanvasSurface | null} */
    this.surface = null;
    this.frame = this.#layOut();
    this.due = 0;
    this.observer = new ResizeObserver(() => this.#resized());
    this.observer.observe(this.element);
    this.sight = new Sight(this.element, () => this.draw());
    this.gestures = new Gestures(this);
  }

  destroy() {
    this.observer.disconnect();
    this.sight.destroy();
    cancelAnimationFrame(this.due);
  }

  /** Takes other marks or axes; drawn with the next picture.
   * @param {Partial<PlotContent>} content */
  show(content) {
    if (content.layers) this.target = this.#held(content.layers);
    this.content = { ...this.content, ...content };
    this.isShown = true;
    // Not among the drawing of other panels: what a key opens may be another view.
    if (this.waiting.length > 0 && this.#hasMarks) queueMicrotask(() => this.#catchUp());
    const { summary } = this.content;
    if (summary !== undefined) {
      const label = `${this.options.label}. ${summary}`;
      if (this.element.getAttribute('aria-label') !== label) this.element.setAttribute('aria-label', label);
    }
    this.draw();
  }

  /** The mark in hand, in another drawing: figures may come at any moment, and who walks from mark to mark stays there.
   * @param {Layer[]} layers */
  #held(layers) {
    const { target } = this;
    const layer = target && layers[this.content.layers.indexOf(target.layer)];
    if (!layer) return null;
    const isSame = (/** @type {number} */ index) => nameOf({ layer, index }) === target.name;
    const { length = 0 } = layer;
    let { index } = target;
    if (index >= length || !isSame(index)) for (index = 0; index < length && !isSame(index);) index += 1;
    return index < length ? { layer, index, name: target.name } : null;
  }

  /** Whether there is something to walk along, where there ever will be. */
  get #hasMarks() {
    const layers = this.content.layers.filter(({ text }) => text);
    return this.isShown && (layers.length === 0 || layers.some(({ length = 0 }) => length > 0));
  }

  /** At once, or as soon as there are marks: a key that comes before the figures is not lost.
   * @param {() => void} act */
  soon(act) {
    if (this.#hasMarks) {
      this.settle();
      act();
    } else if (this.waiting.length < mostWaiting) this.waiting.push(act);
  }

  #catchUp() {
    this.settle();
    for (const act of this.waiting.splice(0)) act();
  }

  /** What is to be drawn with the next picture counts already: what the reader does next begins there. */
  settle() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const isDue = this.due !== 0 || this.sight.isPutOff;
    if (isDue && width >= 20 && height >= 20) this.frame = this.#layOut(width, height);
  }

  /** The observer also tells of the size that the plot has from the beginning. */
  #resized() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const isDrawn = this.surface !== null && width === this.frame.width && height === this.frame.height;
    if (this.isShown && !isDrawn) this.draw();
  }

  draw() {
    if (isOnPaper()) this.drawNow();
    else if (this.due === 0) this.due = requestAnimationFrame(() => this.drawNow());
  }

  drawNow() {
    cancelAnimationFrame(this.due);
    this.due = 0;
    if (!this.sight.isDue()) return;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width < 20 || height < 20) return;
    this.frame = this.#layOut(width, height);
    const surface = this.#surfaceFor();
    surface.clear(width, height, this.frame.colour.surface);
    this.paint(surface, this.frame);
    this.element.dataset.marks = String(this.#marks());
    this.#drawOver();
  }

  /** @param {number} [width] @param {number} [height] */
  #layOut(width = 300, height = 200) {
    const { area, x, y } = layOut(width, height, this.content, this.view, this.options.bare);
    return { area, x: x.scale, y: y.scale, axes: { x, y }, colour: colours(), width, height };
  }

  /** For a file: the same picture in another size.
   * @param {Surface} surface @param {number} width @param {number} height */
  paintSized(surface, width, height) {
    this.paint(surface, this.#layOut(width, height));
  }

  /** @param {Surface} surface @param {Plot['frame']} frame */
  paint(surface, frame) {
    const { area, axes, colour } = frame;
    if (!this.options.bare) drawGrid(surface, area, axes.x, axes.y, colour);
    surface.clipped(area, () => {
      for (const layer of this.content.layers) layer.draw(surface, frame);
    });
    if (!this.options.bare) drawAxes(surface, area, axes.x, axes.y, colour);
  }

  #marks() {
    return this.content.layers.reduce((sum, layer) => sum + layer.count, 0);
  }

  #surfaceFor() {
    const many = this.#marks() >= mostSvgMarks;
    const wrong = many ? !(this.surface instanceof CanvasSurface) : !(this.surface instanceof SvgSurface);
    if (!this.surface || wrong) {
      this.surface = many ? new CanvasSurface(document.createElement('canvas')) : new SvgSurface();
      this.ground.replaceChildren(this.surface.element);
    }
    return this.surface;
  }

  /** The brush, and a ring about the mark in hand. */
  #drawOver() {
    const { frame, brush, over, target } = this;
    over.setAttribute('viewBox', `0 0 ${frame.width} ${frame.height}`);
    const at = target?.layer.place?.(target.index, frame);
    if (brush) {
      const { left, top, right, bottom } = this.brushBox(brush);
      put(this.box, { x: left, y: top, width: right - left, height: bottom - top });
      over.prepend(this.box);
    } else this.box.remove();
    if (at) {
      put(this.ring, { cx: at.x, cy: at.y, r: (at.radius ?? 4) + 3.5 });
      over.append(this.ring);
    } else this.ring.remove();
    this.#showTip(at ?? null);
  }

  /** In pixels, within the plot's area. An axis that isn't brushed is taken whole.
   * @param {PlotView} brush @returns {Area} */
  brushBox(brush) {
    const { area, x, y } = this.frame;
    const within = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) => (
      Math.min(high, Math.max(low, Number.isNaN(value) ? low : value)));
    const xs = brush.x.map((value) => within(x.pixel(value), area.left, area.right));
    const ys = this.options.brush === 'x' ? [area.top, area.bottom]
      : brush.y.map((value) => within(y.pixel(value), area.top, area.bottom));
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  }

  /** @param {{x: number, y: number} | null} at */
  #showTip(at) {
    const lines = at && this.target ? this.target.layer.text?.(this.target.index) ?? [] : [];
    this.tip.hidden = lines.length === 0;
    this.element.classList.toggle('can-open', Boolean(at && this.target?.layer.go));
    if (!at || lines.length === 0) return;
    const [first, ...rest] = lines;
    this.tip.replaceChildren(h('strong', {}, first), ...rest.map((text) => h('span', {}, text)));
    const { width, height } = this.frame;
    const { offsetWidth: wide, offsetHeight: high } = this.tip;
    const left = at.x + 14 + wide > width ? at.x - 14 - wide : at.x + 14;
    const top = Math.min(height - high, Math.max(0, at.y - high / 2));
    this.tip.style.transform = `translate(${Math.max(0, Math.round(left))}px, ${Math.round(top)}px)`;
  }

  /** @param {number} x @param {number} y @returns {Target | null} the mark at a place of the plot */
  find(x, y) {
    for (const layer of [...this.content.layers].reverse()) {
      const index = layer.text && layer.at ? layer.at(x, y, this.frame) : -1;
      if (index >= 0) return { layer, index };
    }
    return null;
  }

  /** @param {Target | null} target */
  pointAt(target) {
    const { target: before } = this;
    if (target?.layer === before?.layer && target?.index === before?.index) return;
    this.target = target && { ...target, name: nameOf(target) };
    this.#drawOver();
  }

  /** To the next mark along an axis.
   * @param {'x' | 'y'} axis @param {1 | -1 | 'first' | 'last'} to */
  walk(axis, to) {
    /** @type {{target: Target, place: number, other: number}[]} */
    const all = [];
    for (const layer of this.content.layers) {
      if (!layer.text || !layer.place) continue;
      for (let index = 0; index < (layer.length ?? 0); index += 1) {
        const at = layer.place(index, this.frame);
        if (at) all.push({ target: { layer, index }, place: axis === 'x' ? at.x : -at.y, other: at.y });
      }
    }
    if (all.length === 0) return;
    all.sort((a, b) => a.place - b.place || a.other - b.other || a.target.index - b.target.index);
    const now = all.findIndex(({ target: { layer, index } }) => (
      layer === this.target?.layer && index === this.target.index));
    const next = to === 'first' ? 0 : to === 'last' ? all.length - 1
      : now < 0 ? (to > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + to));
    this.pointAt(all[next].target);
    this.#speak();
  }

  /** The mark in hand, to who listens. */
  #speak() {
    const { target, frame } = this;
    const at = target?.layer.place?.(target.index, frame);
    if (!target || !at) return;
    setText(find('#announcer', HTMLElement), (target.layer.text?.(target.index) ?? []).join(', '));
    const { area } = frame;
    const [wide, high] = [area.right - area.left || 1, area.bottom - area.top || 1];
    sound.play((area.bottom - at.y) / high, (at.x - area.left) / wide);
  }

  open() {
    this.target?.layer.go?.(this.target.index);
  }

  /** Shows another part; null is all of it.
   * @param {PlotView | null} view */
  look(view) {
    this.view = view;
    this.draw();
    this.options.onView?.(view);
  }

  /** @param {number} factor below 1 zooms in @param {number} [x] about a place; left out: the middle
   * @param {number} [y] */
  zoom(factor, x, y) {
    const { area, x: xScale, y: yScale, axes } = this.frame;
    const { zoom } = this.options;
    if (!zoom) return;
    const next = {
      x: xScale.zoomed(factor, x ?? (area.left + area.right) / 2),
      y: zoom === 'xy' ? yScale.zoomed(factor, y ?? (area.top + area.bottom) / 2)
        : /** @type {[number, number]} */ ([yScale.min, yScale.max]),
    };
    // Further out than all of it there is nothing to see.
    const all = axes.x.spec;
    const isAll = next.x[0] <= all.min && next.x[1] >= all.max
      && (zoom === 'x' || (next.y[0] <= axes.y.spec.min && next.y[1] >= axes.y.spec.max));
    this.look(isAll ? null : next);
  }

  /** @param {number} dx @param {number} dy pixels */
  move(dx, dy) {
    const { zoom } = this.options;
    const { x, y } = this.frame;
    if (!zoom) return;
    this.look({ x: x.moved(dx), y: zoom === 'xy' ? y.moved(dy) : [y.min, y.max] });
  }

  /** Marks a part; null is none.
   * @param {PlotView | null} brush @param {boolean} [tells] */
  mark(brush, tells = true) {
    this.brush = brush;
    this.#drawOver();
    if (tells) this.options.onBrush?.(brush);
  }
}

/** What a mark is called in every drawing of it.
 * @param {Target} target */
const nameOf = ({ layer, index }) => layer.name?.(index) ?? layer.text?.(index)[0] ?? '';

/** @param {Element} element @param {Record<string, number>} attributes */
function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
