// The planets by column, for plots: numbers as doubles (NaN: none), names as they are, categories as codes. Only the
// columns that are asked for are loaded, in one request each time; planets that change are asked for again.
// Not here: what is drawn of them (../views/explore.js).

import { authorised } from '../api.js';
import { readCsv } from './csv.js';

const pauseMilliseconds = 3000;
const mostChanged = 500;

/** @typedef {{codes: Uint8Array, names: string[]}} Categories the last name is that of planets without one: '' */

export class Columns {
  /** @param {Board} board @param {() => void} onChange planets came, changed or went */
  constructor(board, onChange) {
    this.board = board;
    this.onChange = onChange;
    /** @type {string[]} */
    this.keys = [];
    /** @type {Map<string, number>} */
    this.rows = new Map();
    /** Texts as they came, by column.
     * @type {Map<string, string[]>} */
    this.texts = new Map();
    /** @type {Map<string, Float64Array>} */
    this.numbers = new Map();
    /** @type {Map<string, Categories>} */
    this.coded = new Map();
    /** The newest change that is in it. */
    this.newest = '';
    this.timer = 0;
    this.follows = false;
    /** @type {AbortController | null} */
    this.loading = null;
    /** @param {Set<string>} changed */
    this.listener = (changed) => {
      if (changed.has('totals')) this.#soon();
    };
  }

  get length() {
    return this.keys.length;
  }

  /** @param {boolean} on whether changes are asked for */
  follow(on) {
    if (on === this.follows) return;
    this.follows = on;
    if (on) {
      this.board.listeners.add(this.listener);
      if (this.length > 0) this.#soon();
    } else {
      this.board.listeners.delete(this.listener);
      clearTimeout(this.timer);
      this.timer = 0;
    }
  }

  /** Loads what is missing.
   * @param {string[]} names @returns {Promise<boolean>} whether anything had to be loaded */
  async need(names) {
    const missing = names.filter((name) => !this.texts.has(name));
    if (missing.length === 0 && this.length > 0) return false;
    await this.#load(missing, this.length === 0);
    return true;
  }

  /** @param {string[]} names @param {boolean} anew whether the list of planets is made anew */
  async #load(names, anew) {
    this.loading?.abort();
    const controller = this.loading = new AbortController();
    const text = await ask({ format: 'csv', columns: names.join(',') }, controller.signal);
    const table = await readCsv(text);
    if (controller.signal.aborted) throw controller.signal.reason;
    const keys = table.get('key') ?? [];
    if (anew || keys.length !== this.length || keys.some((key, i) => key !== this.keys[i])) {
      const others = [...this.texts.keys()].filter((name) => !names.includes(name));
      this.keys = keys;
      this.rows = new Map(keys.map((key, i) => [key, i]));
      this.texts.clear();
      this.newest = '';
      // Planets came or went between two requests: the columns of before are those of other planets.
      if (others.length > 0) {
        await this.#load([...names, ...others], true);
        return;
      }
    }
    for (const name of names) this.#set(name, table.get(name) ?? keys.map(() => ''));
    for (const updated of table.get('updated') ?? []) if (updated > this.newest) this.newest = updated;
  }

  /** @param {string} name @param {string[]} texts */
  #set(name, texts) {
    this.texts.set(name, texts);
    this.numbers.delete(name);
    this.coded.delete(name);
  }

  /** @param {string} name @returns {string[]} */
  text(name) {
    return this.texts.get(name) ?? [];
  }

  /** @param {string} name @returns {Float64Array} */
  number(name) {
    let numbers = this.numbers.get(name);
    if (!numbers) {
      numbers = Float64Array.from(this.text(name), (text) => (text === '' ? NaN : Number(text)));
      if (numbers.length < this.length) numbers = new Float64Array(this.length).fill(NaN);
      this.numbers.set(name, numbers);
    }
    return numbers;
  }

  /** The most frequent first; what is beyond `most` has the same code as what has none.
   * @param {string} name @param {number} most @returns {Categories} */
  categories(name, most) {
    const known = this.coded.get(name);
    if (known) return known;
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const text of this.text(name)) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
    const names = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most).map(([one]) => one);
    const codeOf = new Map(names.map((one, code) => [one, code]));
    const codes = Uint8Array.from(this.text(name), (text) => codeOf.get(text) ?? names.length);
    const made = { codes, names: [...names, ''] };
    this.coded.set(name, made);
    return made;
  }

  #soon() {
    if (this.timer !== 0) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (document.hidden) this.#soon();
      else this.#update().catch(() => this.#soon());
    }, pauseMilliseconds);
  }

  /** Asks for what changed since; for all of it where that is much, or where planets are gone. */
  async #update() {
    if (this.length === 0) return;
    const names = [...this.texts.keys()];
    const newestFirst = { format: 'json', sort: '-updated', limit: String(mostChanged) };
    const answer = await ask({ ...newestFirst, columns: names.join(',') });
    /** @type {{total: number, planets: (PlanetValues & {key: string, updated: string})[]}} */
    const { planets, total } = JSON.parse(answer);
    const newer = planets.filter(({ updated }) => updated > this.newest);
    const added = newer.filter(({ key }) => !this.rows.has(key));
    if ((newer.length === planets.length && planets.length < total) || this.length + added.length !== total) {
      await this.#load(names, true);
      this.onChange();
      return;
    }
    // Of the last moment that was seen not all may have been there.
    const changed = planets.filter(({ updated }) => updated >= this.newest);
    if (newer.length === 0) return;
    for (const { key } of added) {
      this.rows.set(key, this.keys.length);
      this.keys.push(key);
    }
    for (const name of names) {
      const texts = this.text(name);
      for (const planet of changed) {
        const value = planet[name];
        texts[this.rows.get(planet.key) ?? 0] = value === null || value === undefined ? '' : String(value);
      }
      this.#set(name, texts);
    }
    for (const { updated } of changed) if (updated > this.newest) this.newest = updated;
    this.onChange();
  }
}

/** What counts as a planet, as in every figure of the board.
 * @param {Record<string, string>} parameters @param {AbortSignal} [signal] */
async function ask(parameters, signal) {
  const query = new URLSearchParams({ is_planet: 'true', ...parameters });
  const response = await authorised(`api/planets?${query}`, { signal });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
