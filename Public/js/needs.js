// Which aggregates of the board the page needs now: those of the panels in view, and of what else follows the board.
// The live feed brings no others. Not here: who needs what (panelHost.js, timeline.js, table.js).

/** Counters, the receipt and the start cards follow them in every view. */
const always = ['totals'];
/** Scrolling past many panels is one choice. */
const growMilliseconds = 40;
/** What is needed no more still comes for a while: who scrolls back finds it there. */
const shrinkMilliseconds = 4000;

export class Needs {
  /** @param {LiveFeed} feed */
  constructor(feed) {
    this.feed = feed;
    /** @type {Map<object, AggregateName[]>} */
    this.owners = new Map();
    this.timer = 0;
    /** When that is due. */
    this.due = Infinity;
  }

  /** @param {object} owner @param {AggregateName[]} names all that it needs from now on */
  set(owner, names) {
    this.owners.set(owner, names);
    this.#plan();
  }

  /** @param {object} owner that needs nothing any more */
  drop(owner) {
    if (this.owners.delete(owner)) this.#plan();
  }

  get #names() {
    return [...always, ...[...this.owners.values()].flat()];
  }

  #plan() {
    const had = new Set(this.feed.selection ?? []);
    const isMore = this.#names.some((name) => !had.has(name));
    // The first choice is what the connection begins with.
    if (this.feed.selection === null) this.#choose();
    else this.#chooseIn(isMore ? growMilliseconds : shrinkMilliseconds);
  }

  /** @param {number} milliseconds */
  #chooseIn(milliseconds) {
    const due = performance.now() + milliseconds;
    // The one that is due has what is needed by then. To need less is no hurry: it starts anew with each change.
    if (milliseconds === growMilliseconds && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.#choose(), milliseconds);
  }

  #choose() {
    clearTimeout(this.timer);
    this.due = Infinity;
    this.feed.select(this.#names);
  }
}
