// Mounts the panels and draws them when the board changes: at most ten times a second, less where drawing is dear.
// Not here: frames of panels (panelFrame.js) and the list of them (panels/index.js).

import { PanelFrame } from './panelFrame.js';

const shortestPauseMilliseconds = 100;
/** Panels out of sight are drawn this seldom, so that they are right when they come into sight. */
const unseenPauseMilliseconds = 1500;
const tablePauseMilliseconds = 500;
/** A change that comes this long after the one before may move; in a replay nothing does. */
const calmMilliseconds = 1500;
/** Drawing may take this share of the main thread's time; the form beside it has to stay quick. */
const drawingShare = 0.4;

/** @typedef {{panel: import('./panelFrame.js').Panel, frame: PanelFrame, drawing: import('./panelFrame.js').Drawing, dirty: boolean, seen: boolean, drawnAt: number, tableDue: boolean, tableAt: number}} Mounted */

export class PanelHost {
  /** @param {import('./panelFrame.js').Panel[]} panels @param {import('./board.js').Board} board @param {import('./panelFrame.js').Page} page */
  constructor(panels, board, page) {
    this.panels = panels;
    this.board = board;
    this.page = page;
    /** @type {Map<string, Map<string, any>>} */
    this.states = new Map(panels.map((panel) => [panel.id, new Map()]));
    /** @type {Mounted[]} */
    this.mounted = [];
    this.timer = 0;
    this.changedAt = -Infinity;
    this.animate = false;
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const found = this.mounted.find((one) => one.frame.element === entry.target);
        if (found) found.seen = entry.isIntersecting;
      }
      this.#schedule(0);
    }, { rootMargin: '200px' });
    board.listeners.add((changed) => this.#changed(changed));
    document.addEventListener('visibilitychange', () => this.#schedule(0));
  }

  /** Builds all panels anew: at the start, and when language or colours change. */
  mount() {
    this.observer.disconnect();
    for (const { drawing } of this.mounted) drawing.destroy?.();
    for (const slot of document.querySelectorAll('[data-slot]')) slot.replaceChildren();
    this.mounted = this.panels.map((panel) => this.#mountOne(panel));
    this.animate = false;
    this.#draw();
  }

  /** @param {import('./panelFrame.js').Panel} panel @returns {Mounted} */
  #mountOne(panel) {
    const frame = new PanelFrame(panel, this.states.get(panel.id) ?? new Map());
    document.querySelector(`[data-slot="${panel.slot}"]`)?.append(frame.element);
    /** @type {Mounted} */
    const one = { panel, frame, drawing: { update() {} }, dirty: true, seen: true, drawnAt: -Infinity, tableDue: true, tableAt: -Infinity };
    frame.redraw = () => {
      this.#drawOne(one, true);
      this.#drawTable(one);
    };
    one.drawing = panel.mount(frame, this.page);
    if (one.drawing.table) frame.addTable();
    this.observer.observe(frame.element);
    return one;
  }

  /** @param {Set<string>} changed */
  #changed(changed) {
    const now = performance.now();
    this.animate = now - this.changedAt > calmMilliseconds;
    this.changedAt = now;
    for (const one of this.mounted) {
      if (one.panel.reads.some((name) => changed.has(name))) one.dirty = one.tableDue = true;
    }
    this.#schedule(0);
  }

  /** @param {number} milliseconds */
  #schedule(milliseconds) {
    if (this.timer !== 0 || document.hidden) return;
    this.timer = setTimeout(() => requestAnimationFrame(() => {
      this.timer = 0;
      this.#draw();
    }), milliseconds);
  }

  #draw() {
    if (this.board.isEmpty) return;
    const start = performance.now();
    let waiting = false;
    for (const one of this.mounted) {
      if (one.dirty) {
        if (one.seen || start - one.drawnAt > unseenPauseMilliseconds) this.#drawOne(one, this.animate);
        else waiting = true;
      }
      if (one.tableDue && one.frame.tableIsOpen) {
        if (start - one.tableAt > tablePauseMilliseconds) this.#drawTable(one);
        else waiting = true;
      }
    }
    const cost = performance.now() - start;
    const rest = Math.max(shortestPauseMilliseconds, cost / drawingShare);
    // Always a pause after a drawing, so that a burst of frames becomes one.
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (waiting || this.mounted.some((one) => one.dirty)) this.#schedule(0);
    }, rest);
  }

  /** @param {Mounted} one @param {boolean} animate */
  #drawOne(one, animate) {
    if (this.board.isEmpty) return;
    one.drawing.update(this.board, animate);
    one.dirty = false;
    one.drawnAt = performance.now();
    one.frame.element.dataset.seq = String(this.board.seq);
  }

  /** @param {Mounted} one */
  #drawTable(one) {
    if (this.board.isEmpty || !one.frame.tableIsOpen || !one.drawing.table || !one.frame.table) return;
    one.frame.table.show(one.drawing.table(this.board));
    one.tableDue = false;
    one.tableAt = performance.now();
    one.frame.table.element.dataset.seq = String(this.board.seq);
  }
}
