// Mounts the panels of a view and draws those in view when the board changes: at most ten times a second, less where
// drawing is slow. Only what they read comes from the server (needs.js).
// Not here: frames of panels (panelFrame.js) and which view has which (views/*.js).

import { Board } from './board.js';
import { t } from './i18n.js';
import { PanelFrame, PanelState } from './panelFrame.js';
import { breathe } from './slowly.js';

const shortestPauseMilliseconds = 100;
const tablePauseMilliseconds = 500;
/** Drawing may take this share of the main thread's time: the form beside it has to stay quick. */
const drawingShare = 0.4;

/** So near to the window a panel counts as in view, in pixels. */
const near = 200;

/** Of what grew since a panel was drawn, the last. */
const mostLanded = 20;

/** @typedef {ReturnType<PanelHost['mountOne']>} Mounted */

export class PanelHost {
  /** @param {{panels: Panel[], place: HTMLElement}[]} grids @param {ViewContext} context `remember` is told what is
   * chosen */
  constructor(grids, { board, schema, needs, remember }) {
    this.grids = grids;
    this.board = board;
    this.schema = schema;
    this.needs = needs;
    const choose = () => remember(this.#choices());
    this.states = new Map(grids.flatMap(({ panels }) => panels).map((panel) => [panel, new PanelState(choose)]));
    this.shown = false;
    /** Called when all panels in view have been drawn for which there are figures. */
    this.onDraw = () => {};
    /** What is drawn in place of the board, the panels that follow it (the others show the present), and what it reads
     * beside what those read.
     * @type {{of(board: Board): Board, followers: Set<string>, reads: AggregateName[]} | null} */
    this.lens = null;
    /** @type {Mounted[]} */
    this.mounted = [];
    /** Whether it is known which of them are in view. */
    this.placed = false;
    /** Whether they are being built or placed, one a task, because nothing of the view has been seen yet; and a number
     * that another mount changes. */
    this.isBusy = this.isRevealed = false;
    this.mounts = 0;
    this.timer = 0;
    this.observer = new IntersectionObserver((entries) => this.#looked(entries), { rootMargin: `${near}px` });
    board.listeners.add((changed, grown) => this.#changed(changed, grown));
    document.addEventListener('visibilitychange', () => this.#schedule(0));
    addEventListener('beforeprint', () => this.#print());
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #looked(entries) {
    for (const entry of entries) {
      const found = this.mounted.find((one) => one.frame.element === entry.target);
      if (found) found.seen = entry.isIntersecting;
    }
    this.#tellNeeds();
    this.#schedule(0);
  }

  #tellNeeds() {
    const seen = this.mounted.filter((one) => one.seen);
    this.needs.set(this, seen.flatMap((one) => this.#reads(one)));
    for (const one of seen) this.#markBehind(one);
  }

  /** @param {Mounted} one @returns {AggregateName[]} */
  #reads({ panel }) {
    return this.lens?.followers.has(panel.id) ? [...panel.reads, ...this.lens.reads] : panel.reads;
  }

  /** What was drawn before is not shown as if it were the present, until what the panel reads has come.
   * @param {Mounted} one */
  #markBehind(one) {
    const isBehind = !this.board.has(this.#reads(one));
    if (isBehind) one.frame.element.setAttribute('aria-busy', 'true');
    else one.frame.element.removeAttribute('aria-busy');
    return isBehind;
  }

  /** Paper has all panels, those out of view, too. A browser lays it out when this returns, so what has not come from
   * the server is waited for. */
  #print() {
    if (!this.shown || this.board.isEmpty) return;
    if (this.isBusy) this.mount();
    const { board } = this;
    if (this.mounted.some((one) => !board.has(this.#reads(one)))) this.board = wholeBoard() ?? board;
    for (const one of this.mounted) {
      this.#drawOne(one);
      this.#drawTable(one);
    }
    this.board = board;
    for (const one of this.mounted) one.dirty = one.tableDue = true;
  }

  /** Shows the panels with the choices of an address.
   * @param {ViewParameters} params PANEL.CHOICE=VALUE */
  async show(params) {
    const given = Object.entries(params).filter(([name]) => name.includes('.'));
    const isSame = JSON.stringify(Object.fromEntries(given)) === JSON.stringify(this.#choices());
    if (this.shown && isSame) return;
    for (const [panel, state] of this.states) {
      const own = given.filter(([name]) => name.startsWith(`${panel.id}.`));
      state.choices = new Map(own.map(([name, value]) => [name.slice(panel.id.length + 1), String(value)]));
    }
    this.shown = true;
    if (this.isRevealed) this.mount();
    else await this.#mountSlowly();
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

  async #mountSlowly() {
    this.#clear();
    const { mounts } = this;
    this.isBusy = true;
    for (const { panels, place } of this.grids) {
      for (const panel of panels) {
        this.mounted.push(this.mountOne(panel, place));
        await breathe();
        if (mounts !== this.mounts) return;
      }
    }
    this.isBusy = false;
    this.#draw();
  }

  /** Nothing of a hidden view is drawn. */
  unmount() {
    this.shown = false;
    this.#clear();
  }

  /** From the first panel to the last: what is drawn above says where the next one is. */
  async #place() {
    const { mounts } = this;
    this.isBusy = true;
    for (const one of this.mounted) {
      const { top, bottom } = one.frame.element.getBoundingClientRect();
      one.seen = bottom > -near && top < innerHeight + near;
      this.observer.observe(one.frame.element);
      if (!one.seen) continue;
      this.#tellNeeds();
      this.#drawOne(one);
      if (this.isRevealed) continue;
      // With the next picture all plots would be drawn in one task.
      one.frame.plotted?.drawNow();
      await breathe();
      if (mounts !== this.mounts) return;
    }
    this.placed = true;
    this.isBusy = false;
    this.#tellNeeds();
    this.#draw();
  }

  #clear() {
    this.placed = this.isBusy = false;
    this.mounts += 1;
    this.observer.disconnect();
    this.needs.drop(this);
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
      dirty: true, seen: false, tableDue: true, tableAt: -Infinity,
      landed: /** @type {string[]} */ ([]),
    };
    frame.redraw = () => {
      this.#drawOne(one);
      this.#drawTable(one);
    };
    // Panels below must not move when it comes into view.
    if (panel.knowsRows) one.drawing.update(new Board());
    if (one.drawing.table) frame.addTable();
    const { table } = one.drawing;
    if (table || frame.plotted || frame.body.querySelector('table')) {
      frame.addMenu(() => table?.(this.#board(one)) ?? null, () => (
        t('planets.count', { n: this.#board(one).count('totals', 'planets') })));
    }
    frame.markPresent(this.lens !== null && !this.lens.followers.has(panel.id));
    return one;
  }

  /** Draws what the lens makes of the board.
   * @param {PanelHost['lens']} lens */
  look(lens) {
    this.lens = lens;
    for (const one of this.mounted) {
      one.frame.markPresent(lens !== null && !lens.followers.has(one.panel.id));
      one.dirty = one.tableDue = true;
      if (one.seen) one.frame.redraw();
    }
    if (this.placed) this.#tellNeeds();
    this.#schedule(0);
  }

  /** @param {Mounted} one */
  #board({ panel }) {
    return this.lens?.followers.has(panel.id) ? this.lens.of(this.board) : this.board;
  }

  /** @param {Set<string>} changed @param {Map<string, string[]>} grown */
  #changed(changed, grown) {
    let isSeen = false;
    for (const one of this.mounted) {
      if (!this.#reads(one).some((name) => changed.has(name))) continue;
      one.dirty = one.tableDue = true;
      if (!one.seen) continue;
      isSeen = true;
      one.landed = [...one.landed, ...one.panel.reads.flatMap((name) => grown.get(name) ?? [])].slice(-mostLanded);
    }
    if (isSeen || !this.placed) this.#schedule(0);
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
    if (this.board.isEmpty || !this.shown || this.isBusy) return;
    if (!this.placed) {
      this.#place();
      return;
    }
    const start = performance.now();
    let waiting = false;
    const seen = this.mounted.filter((one) => one.seen);
    for (const one of seen) {
      if (one.dirty) this.#drawOne(one);
      if (one.tableDue && one.frame.tableIsOpen) {
        const due = start - one.tableAt > tablePauseMilliseconds;
        if (due) this.#drawTable(one);
        waiting ||= !due;
      }
    }
    if (seen.length > 0 && seen.every((one) => !one.dirty || this.#markBehind(one))) {
      this.isRevealed = true;
      this.onDraw();
    }
    const cost = performance.now() - start;
    const rest = Math.max(shortestPauseMilliseconds, cost / drawingShare);
    // Always a pause after a drawing, so that a burst of frames becomes one.
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (waiting || this.mounted.some((one) => one.seen && one.dirty && !this.#markBehind(one))) this.#schedule(0);
    }, rest);
  }

  /** @param {Mounted} one */
  #drawOne(one) {
    if (this.#markBehind(one)) return;
    one.drawing.update(this.#board(one));
    if (one.landed.length > 0) one.drawing.land?.(one.landed);
    one.dirty = false;
    one.landed = [];
    one.frame.element.dataset.seq = String(this.board.seq);
  }

  /** @param {Mounted} one */
  #drawTable(one) {
    const { table, tableIsOpen } = one.frame;
    if (!tableIsOpen || !one.drawing.table || !table || !this.board.has(this.#reads(one))) return;
    table.show({ caption: one.frame.title, ...one.drawing.table(this.#board(one)) });
    one.tableDue = false;
    one.tableAt = performance.now();
    table.element.dataset.seq = String(this.board.seq);
  }
}

/** All of the board, at once. */
function wholeBoard() {
  try {
    const request = new XMLHttpRequest();
    request.open('GET', new URL('api/board', document.baseURI), false);
    request.send();
    const board = new Board();
    board.apply(JSON.parse(request.responseText));
    return board.isEmpty ? null : board;
  } catch {
    return null;
  }
}
