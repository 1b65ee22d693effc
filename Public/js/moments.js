// Moments of the log as numbers: how many records of the discoveries' topic a board holds, and the point (as_of) for so
// many. Not here: asking for such a board (asOf.js).

import { request } from './api.js';

export class Moments {
  /** @param {Schema} schema @param {Board} board @param {AsOf} asOf */
  constructor(schema, board, asOf) {
    this.topic = `${schema.topics.discoveries}/`;
    this.board = board;
    this.asOf = asOf;
    /** The next offset of each partition at the log's end.
     * @type {Record<string, number>} */
    this.ends = {};
    /** @type {Promise<BoardAnswer | null> | null} */
    this.asking = null;
  }

  /** The newest moment: of the live board; opened by the address of an earlier one, the page has to ask. */
  async findEnd() {
    if (!this.asOf.isEarlier) {
      this.ends = this.#own(this.board.positions);
    } else if (this.last === 0) {
      this.asking ??= request('api/board').catch(() => null);
      /** @type {BoardAnswer | null} */
      const newest = await this.asking;
      this.asking = null;
      if (newest) this.ends = this.#own(newest.positions);
    }
  }

  get last() {
    return sum(this.ends);
  }

  /** How many records the board that is shown holds. */
  get shown() {
    const { shown } = this.asOf;
    return shown ? sum(this.#own(shown.positions)) : this.last;
  }

  /** Of several partitions each is taken as far as its share of the whole.
   * @param {number} records */
  point(records) {
    const places = Object.entries(this.ends);
    if (places.length === 1) return String(Math.round(records));
    return places.map(([place, end]) => `${place}:${Math.round((end * records) / Math.max(1, this.last))}`).join(',');
  }

  /** @param {Record<string, number>} positions */
  #own(positions) {
    return Object.fromEntries(Object.entries(positions).filter(([place]) => place.startsWith(this.topic)));
  }
}

/** @param {Record<string, number>} numbers */
const sum = (numbers) => Object.values(numbers).reduce((all, one) => all + one, 0);

/** A point as people write it: a date or a time without a zone is the reader's own.
 * @param {string} text */
export function pointOf(text) {
  const local = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d?:\d\d(?::\d\d)?))?$/.exec(text.trim());
  if (!local) return text.trim();
  const time = new Date(`${local[1]}T${(local[2] ?? '00:00').padStart(5, '0')}`);
  return Number.isNaN(time.getTime()) ? text.trim() : time.toISOString();
}
