// Mounts the panels of a view and draws them when the board changes: at most ten times a second, less where drawing is
// slow. Not here: frames of panels (panelFrame.js) and which view has which (views/*.js).

import { t } from './i18n.js';
import { PanelFrame, PanelState } from './panelFrame.js';

const shortestPauseMilliseconds = 100;
/** Panels out of sight are drawn less often, and are right when they come into sight. */
const unseenPauseMilliseconds = 1500;
const tablePauseMilliseconds = 500;
/** Drawing may take this share of the main thread's time: the form beside it has to stay quick. */
const drawingShare = 0.4;

/** Of what grew since a panel was drawn, the last. */
const mostLanded = 20;

/** @typedef {ReturnType<PanelHost['mountOne']>} Mounted */

export class PanelHost {
  /** @param {{panels: Panel[], place: HTMLElement}[]} grids @param {Board} board @param {Schema} schema
   * @param {(params: ViewParameters) => void} remember what is chosen */
  constructor(grids, board, schema, remember) {
    this.grids = grids;
    this.board = board;
    this.schema = schema;
    const choose = () => remember(this.#choices());
    this.states = new Map(grids.flatMap(({ panels }) => panels).map((panel) => [panel, new PanelState(choose)]));
    this.shown = false;
    /** Called when the panels have been drawn. */
    this.onDraw = () => {};
    /** What is drawn in place of the board, and the panels that follow it; the others show the present.
     * @type {{of(board: Board): Board, followers: Set<string>} | null} */
    this.lens = null;
    /** @type {Mounted[]} */
    this.mounted = [];
    this.timer = 0;
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const found = this.mounted.find((one) => one.frame.element === entry.target);
        if (found) found.seen = entry.isIntersecting;
      }
      this.#schedule(0);
    }, { rootMargin: '200px' });
    board.listeners.add((changed, grown) => this.#changed(changed, grown));
    document.addEventListener('visibilitychange', () => this.#schedule(0));
  }

  /** Shows the panels with the choices of an address.
   * @param {ViewParameters} params PANEL.CHOICE=VALUE */
  show(params) {
    const given = Object.entries(params).filter(([name]) => name.includes('.'));
    const isSame = JSON.stringify(Object.fromEntries(given)) === JSON.stringify(this.#choices());
    if (this.shown && isSame) return;
    for (const [panel, state] of this.states) {
      const own = given.filter(([name]) => name.startsWith(`${panel.id}.`));
      state.choices = new Map(own.map(([name, value]) => [name.slice(panel.id.length + 1), String(value)]));
    }
    this.shown = true;
    this.mount();
  }

  #choices() {
    const all = [...this.states].flatMap(([{ id }, { choices }]) => (
      [...choices].map(([name, value]) => [`${id}.${name}`, value])));
    return Object.fromEntries(all);
  }

  /** Builds all panels anew: at the start, and when language or colours change. */
  mount() {
    if (!this.shown) return;
    this.#clear();
    this.mounted = this.grids.flatMap(({ panels, place }) => panels.map((panel) => this.mountOne(panel, place)));
    this.#draw();
  }

  /** Nothing of a hidden view is drawn. */
  unmount() {
    this.shown = false;
    this.#clear();
  }

  #clear() {
    this.observer.disconnect();
    for (const { drawing, frame } of this.mounted) {
      drawing.destroy?.();
      frame.destroy();
    }
    this.mounted = [];
    for (const { place } of this.grids) place.replaceChildren();
  }

  /** @param {Panel} panel @param {HTMLElement} place */
  mountOne(panel, place) {
    const frame = new PanelFrame(panel, this.states.get(panel) ?? new PanelState(() => {}));
    place.append(frame.element);
    const one = {
      panel, frame, drawing: panel.mount(frame, this.schema),
      dirty: true, seen: true, drawnAt: -Infinity, tableDue: true, tableAt: -Infinity,
      landed: /** @type {string[]} */ ([]),
    };
    frame.redraw = () => {
      this.#drawOne(one);
      this.#drawTable(one);
    };
    if (one.drawing.table) frame.addTable();
    const { table } = one.drawing;
    if (table || frame.plotted || frame.body.querySelector('table')) {
      frame.addMenu(() => table?.(this.#board(one)) ?? null, () => (
        t('planets.count', { n: this.#board(one).count('totals', 'planets') })));
    }
    frame.markPresent(this.lens !== null && !this.lens.followers.has(panel.id));
    this.observer.observe(frame.element);
    return one;
  }

  /** Draws what the lens makes of the board.
   * @param {PanelHost['lens']} lens */
  look(lens) {
    this.lens = lens;
    for (const one of this.mounted) {
      one.frame.markPresent(lens !== null && !lens.followers.has(one.panel.id));
      if (!one.seen) one.dirty = one.tableDue = true;
      else one.frame.redraw();
    }
    this.#schedule(0);
  }

  /** @param {Mounted} one */
  #board({ panel }) {
    return this.lens?.followers.has(panel.id) ? this.lens.of(this.board) : this.board;
  }

  /** @param {Set<string>} changed @param {Map<string, string[]>} grown */
  #changed(changed, grown) {
    for (const one of this.mounted) {
      if (!one.panel.reads.some((name) => changed.has(name))) continue;
      one.dirty = one.tableDue = true;
      one.landed = [...one.landed, ...one.panel.reads.flatMap((name) => grown.get(name) ?? [])].slice(-mostLanded);
    }
    this.#schedule(0);
  }

  /** @param {number} milliseconds */
  #schedule(milliseconds) {
    if (this.timer !== 0 || document.hidden || !this.shown) return;
    this.timer = setTimeout(() => requestAnimationFrame(() => {
      this.timer = 0;
      this.#draw();
    }), milliseconds);
  }

  #draw() {
    if (this.board.isEmpty || !this.shown) return;
    const start = performance.now();
    let waiting = false;
    for (const one of this.mounted) {
      if (one.dirty) {
        const due = one.seen || start - one.drawnAt > unseenPauseMilliseconds;
        if (due) this.#drawOne(one);
        waiting ||= !due;
      }
      if (one.tableDue && one.frame.tableIsOpen) {
        const due = start - one.tableAt > tablePauseMilliseconds;
        if (due) this.#drawTable(one);
        waiting ||= !due;
      }
    }
    this.onDraw();
    const cost = performance.now() - start;
    const rest = Math.max(shortestPauseMilliseconds, cost / drawingShare);
    // Always a pause after a drawing, so that a burst of frames becomes one.
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (waiting || this.mounted.some((one) => one.dirty)) this.#schedule(0);
    }, rest);
  }

  /** @param {Mounted} one */
  #drawOne(one) {
    if (this.board.isEmpty) return;
    one.drawing.update(this.#board(one));
    if (one.landed.length > 0 && one.seen) one.drawing.land?.(one.landed);
    one.dirty = false;
    one.landed = [];
    one.drawnAt = performance.now();
    one.frame.element.dataset.seq = String(this.board.seq);
  }

  /** @param {Mounted} one */
  #drawTable(one) {
    const { table, tableIsOpen } = one.frame;
    if (this.board.isEmpty || !tableIsOpen || !one.drawing.table || !table) return;
    table.show({ caption: one.frame.title, ...one.drawing.table(this.#board(one)) });
    one.tableDue = false;
    one.tableAt = performance.now();
    table.element.dataset.seq = String(this.board.seq);
  }
}
