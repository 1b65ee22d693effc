// The board as docs/LIVE.md has it: aggregate name -> group -> value, from a snapshot and the deltas after it.
// Not here: how frames arrive (live.js) and who draws them (panelHost.js).

import { grown } from './landing.js';

/** @typedef {'applied' | 'old' | 'gap' | 'idle'} Outcome of a frame */

export class Board {
  constructor() {
    /** @type {Map<string, Map<string, unknown>>} */
    this.aggregates = new Map();
    this.seq = -1;
    this.epoch = '';
    /** @type {string | null} */
    this.resume = null;
    /** The next offset of each partition: what is on the board.
     * @type {Record<string, number>} */
    this.positions = {};
    /** The aggregates that the newest snapshot brought and the deltas keep up to date; null: all.
     * @type {Set<string> | null} */
    this.chosen = null;
    /** When the newest frame was made, in ms by the server's clock. */
    this.time = 0;
    /** Called with the names of the aggregates that changed, and with the groups of them that grew in a delta.
     * @type {Set<(changed: Set<string>, grown: Map<string, string[]>) => void>} */
    this.listeners = new Set();
  }

  get isEmpty() {
    return this.seq < 0;
  }

  /** Whether these aggregates are on it, as of its seq.
   * @param {AggregateName[]} names */
  has(names) {
    return !this.isEmpty && names.every((name) => this.chosen?.has(name) ?? true);
  }

  /** The groups of an aggregate; empty where the server has none.
   * @template {AggregateName} N @param {N} name */
  groups(name) {
    // The server's word is taken for what the groups are (types.d.ts).
    return /** @type {Map<string, Groups[N]>} */ (this.aggregates.get(name) ?? new Map());
  }

  /** @param {AggregateName} name @param {string} group @returns {number} */
  count(name, group) {
    const value = this.groups(name).get(group);
    return typeof value === 'number' ? value : 0;
  }

  /** Takes a frame. `gap` means that frames were missed, and that the viewer has to connect anew.
   * @param {Frame} frame @returns {Outcome} */
  apply(frame) {
    if (frame.type === 'snapshot') return this.#replace(frame);
    if (frame.type === 'delta') return this.#change(frame);
    // A heartbeat carries the seq of the newest delta: a higher one than ours says that we missed some.
    if (frame.type === 'heartbeat') return !this.isEmpty && frame.seq > this.seq ? 'gap' : 'idle';
    return 'idle';
  }

  /** @param {Frame} frame @returns {Outcome} */
  #replace(frame) {
    const changed = new Set(this.aggregates.keys());
    this.aggregates = new Map();
    this.chosen = frame.selected ? new Set(frame.selected) : null;
    for (const [name, groups] of Object.entries(frame.aggregates ?? {})) {
      this.aggregates.set(name, new Map(Object.entries(groups)));
      changed.add(name);
    }
    this.#settle(frame, changed, new Map());
    return 'applied';
  }

  /** @param {Frame} frame @returns {Outcome} */
  #change(frame) {
    if (this.isEmpty || frame.epoch !== this.epoch) return 'gap';
    if (frame.seq <= this.seq) return 'old';
    if (frame.seq !== this.seq + 1) return 'gap';
    /** @type {Set<string>} */
    const changed = new Set();
    /** @type {Map<string, string[]>} */
    const larger = new Map();
    for (const [name, groups] of Object.entries(frame.aggregates ?? {})) {
      let own = this.aggregates.get(name);
      if (!own) this.aggregates.set(name, own = new Map());
      larger.set(name, Object.entries(groups).flatMap(([group, value]) => grown(group, own?.get(group), value)));
      for (const [group, value] of Object.entries(groups)) {
        if (value === null) own.delete(group);
        else own.set(group, value);
      }
      changed.add(name);
    }
    for (const [name, groups] of Object.entries(frame.patches ?? {})) {
      const own = this.aggregates.get(name) ?? new Map();
      for (const [group, patch] of Object.entries(groups)) {
        const value = patched(own.get(group), patch);
        larger.set(name, [...larger.get(name) ?? [], ...grown(group, own.get(group), value)]);
        own.set(group, value);
      }
      changed.add(name);
    }
    this.#settle(frame, changed, larger);
    return 'applied';
  }

  /** @param {Frame} frame @param {Set<string>} changed @param {Map<string, string[]>} larger */
  #settle(frame, changed, larger) {
    this.seq = frame.seq;
    this.epoch = frame.epoch ?? '';
    this.resume = frame.resume || null;
    this.positions = frame.positions ?? this.positions;
    this.time = frame.t_ns / 1e6;
    for (const listener of this.listeners) listener(changed, larger);
  }
}

/** A value with what has changed of it: the fields of an object; of a list the new elements, and runs [from, count] of
 * those before.
 * @param {unknown} value @param {object | unknown[]} patch */
function patched(value, patch) {
  if (!Array.isArray(patch)) return { .../** @type {object} */ (value), ...patch };
  const before = /** @type {unknown[]} */ (value);
  return patch.flatMap((piece) => Array.isArray(piece) ? before.slice(piece[0], piece[0] + piece[1]) : [piece]);
}
