// Tells a view now and then that records have come, while it is shown: it asks again then.
// Not here: what it asks for (../views/planet.js, ../views/system.js).

const pauseMilliseconds = 2000;

export class Watch {
  /** @param {Board} board @param {() => void} onChange */
  constructor(board, onChange) {
    this.board = board;
    this.onChange = onChange;
    this.timer = 0;
    /** @param {Set<string>} changed */
    this.listener = (changed) => {
      if (changed.has('totals')) this.#soon();
    };
  }

  start() {
    this.board.listeners.add(this.listener);
  }

  stop() {
    this.board.listeners.delete(this.listener);
    clearTimeout(this.timer);
    this.timer = 0;
  }

  #soon() {
    if (this.timer !== 0) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (document.hidden) this.#soon();
      else this.onChange();
    }, pauseMilliseconds);
  }
}
