// What mouse, fingers and keys do to a plot: point, open, zoom, move, brush, walk.
// Not here: what these mean for the picture (plot.js).

const clickPixels = 4;
const keyZoom = 1.25;
const keyPixels = 40;

export class Gestures {
  /** @param {import('./plot.js').Plot} plot */
  constructor(plot) {
    this.plot = plot;
    /** Fingers, or the mouse, that are down: where they began and where they are.
     * @type {Map<number, {x: number, y: number, nowX: number, nowY: number}>} */
    this.down = new Map();
    this.moves = false;
    this.dragged = false;
    const { element } = plot;
    element.addEventListener('pointerdown', (event) => this.#press(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    element.addEventListener('pointerup', (event) => this.#release(event));
    element.addEventListener('pointercancel', (event) => this.#release(event));
    element.addEventListener('pointerleave', () => {
      if (this.down.size === 0 && document.activeElement !== element) plot.pointAt(null);
    });
    element.addEventListener('dblclick', () => plot.look(null));
    element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    element.addEventListener('keydown', (event) => this.#key(event));
    element.addEventListener('blur', () => {
      plot.waiting = [];
      plot.pointAt(null);
    });
    // Fingers that go sideways or two at once are the plot's; those that scroll the page are the page's.
    element.style.touchAction = plot.options.zoom || plot.options.brush ? 'pan-y' : 'auto';
  }

  /** Within the plot, in pixels.
   * @param {MouseEvent} event */
  #place(event) {
    this.plot.settle();
    const { left, top } = this.plot.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    const { x, y } = this.#place(event);
    this.down.set(event.pointerId, { x, y, nowX: x, nowY: y });
    this.plot.element.setPointerCapture(event.pointerId);
    if (this.down.size === 1) {
      this.dragged = false;
      // Where a drag brushes, a drag with Shift moves.
      this.moves = event.shiftKey || !this.plot.options.brush;
    } else {
      this.moves = true;
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { plot } = this;
    const place = this.#place(event);
    const held = this.down.get(event.pointerId);
    if (!held) {
      plot.pointAt(plot.find(place.x, place.y));
      return;
    }
    const before = { x: held.nowX, y: held.nowY };
    const spread = this.#spread();
    held.nowX = place.x;
    held.nowY = place.y;
    if (Math.hypot(place.x - held.x, place.y - held.y) > clickPixels) this.dragged = true;
    if (!this.dragged) return;
    plot.pointAt(null);
    if (this.down.size === 2) {
      const now = this.#spread();
      if (spread && now) plot.zoom(spread.size / now.size, now.x, now.y);
    } else if (this.moves) {
      plot.move(place.x - before.x, place.y - before.y);
    } else {
      plot.mark(this.#brush(held), true);
    }
  }

  /** Of two fingers. */
  #spread() {
    const [a, b] = [...this.down.values()];
    if (!a || !b) return null;
    return {
      size: Math.max(10, Math.hypot(a.nowX - b.nowX, a.nowY - b.nowY)), x: (a.nowX + b.nowX) / 2,
      y: (a.nowY + b.nowY) / 2,
    };
  }

  /** @param {{x: number, y: number, nowX: number, nowY: number}} held @returns {PlotView} */
  #brush({ x, y, nowX, nowY }) {
    const { frame } = this.plot;
    const { left, right, top, bottom } = frame.area;
    const range = (/** @type {import('./scale.js').Scale} */ scale, /** @type {number} */ a,
      /** @type {number} */ b, /** @type {number} */ low, /** @type {number} */ high) => {
      const ends = [a, b].map((one) => scale.value(Math.min(high, Math.max(low, one))));
      return /** @type {[number, number]} */ ([Math.min(...ends), Math.max(...ends)]);
    };
    return { x: range(frame.x, x, nowX, left, right), y: range(frame.y, y, nowY, top, bottom) };
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const { plot } = this;
    const held = this.down.get(event.pointerId);
    this.down.delete(event.pointerId);
    if (!held || this.dragged || event.type === 'pointercancel') return;
    const place = this.#place(event);
    const target = plot.find(place.x, place.y);
    // A finger's first touch shows the mark, the second opens it.
    const known = event.pointerType === 'mouse' || (plot.target && target?.index === plot.target.index);
    plot.pointAt(target);
    if (target && known) plot.open();
    else if (!target && plot.brush) plot.mark(null);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const { plot } = this;
    const { zoom, wheel } = plot.options;
    const wanted = wheel === 'always' || event.ctrlKey || document.activeElement === plot.element;
    if (!zoom || !wanted) return;
    event.preventDefault();
    const { x, y } = this.#place(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    plot.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY * lines / 400))), x, y);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { plot } = this;
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== plot.element) return;
    const act = event.shiftKey ? this.#shifted(event.key) : this.#plain(event.key);
    if (!act) return;
    event.preventDefault();
    plot.soon(act);
  }

  /** @param {string} key @returns {(() => void) | null} */
  #plain(key) {
    const { plot } = this;
    switch (key) {
      case 'ArrowRight': return () => plot.walk('x', 1);
      case 'ArrowLeft': return () => plot.walk('x', -1);
      case 'ArrowUp': return () => plot.walk('y', 1);
      case 'ArrowDown': return () => plot.walk('y', -1);
      case 'Home': return () => plot.walk('x', 'first');
      case 'End': return () => plot.walk('x', 'last');
      case 'Enter': return plot.target || plot.waiting.length > 0 ? () => plot.open() : null;
      case '+': case '=': return () => plot.zoom(1 / keyZoom);
      case '-': return () => plot.zoom(keyZoom);
      case '0': return () => plot.look(null);
      case 'b': return plot.options.brush ? () => this.#brushAll() : null;
      case 'Escape': return plot.brush ? () => plot.mark(null) : null;
      default: return null;
    }
  }

  /** What the keyboard has zoomed to becomes the brush. */
  #brushAll() {
    const { x, y } = this.plot.frame;
    this.plot.mark({ x: [x.min, x.max], y: [y.min, y.max] });
  }

  /** @param {string} key @returns {(() => void) | null} */
  #shifted(key) {
    const { plot } = this;
    switch (key) {
      case 'ArrowRight': return () => plot.move(-keyPixels, 0);
      case 'ArrowLeft': return () => plot.move(keyPixels, 0);
      case 'ArrowUp': return () => plot.move(0, keyPixels);
      case 'ArrowDown': return () => plot.move(0, -keyPixels);
      case '+': return () => plot.zoom(1 / keyZoom);
      default: return null;
    }
  }
}
