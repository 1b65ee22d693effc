// From values to pixels and back: linear, logarithmic and time scales, with what zooming and moving makes of them.
// Not here: ticks (ticks.js). Pure: nothing of a browser is used.

import { linearTicks, logTicks, timeTicks } from './ticks.js';

/** Zooming in stops here: doubles have no more digits to show. */
const narrowest = 1e-9;

export class Scale {
  /** @param {ScaleKind} kind @param {number} min @param {number} max above `min`; above 0 where logarithmic
   * @param {number} [from] pixel of `min` @param {number} [to] pixel of `max` */
  constructor(kind, min, max, from = 0, to = 1) {
    this.kind = kind;
    this.min = min;
    this.max = max;
    this.from = from;
    this.to = to;
    this.low = this.#forth(min);
    this.factor = (to - from) / (this.#forth(max) - this.low || 1);
  }

  /** @param {number} value */
  #forth(value) {
    return this.kind === 'log' ? Math.log10(value) : value;
  }

  /** @param {number} place */
  #back(place) {
    return this.kind === 'log' ? 10 ** place : place;
  }

  /** The pixel of a value; NaN where it has no place, as 0 on a logarithmic scale.
   * @param {number} value */
  pixel(value) {
    if (this.kind === 'log' && !(value > 0)) return NaN;
    return this.from + (this.#forth(value) - this.low) * this.factor;
  }

  /** @param {number} pixel */
  value(pixel) {
    return this.#back(this.low + (pixel - this.from) / this.factor);
  }

  /** Of the pixels, whichever way the scale runs.
   * @param {number} pixel */
  holds(pixel) {
    return pixel >= Math.min(this.from, this.to) - 0.5 && pixel <= Math.max(this.from, this.to) + 0.5;
  }

  /** What is shown after zooming about a pixel; `factor` below 1 zooms in.
   * @param {number} factor @param {number} pixel @returns {[number, number]} */
  zoomed(factor, pixel) {
    const middle = this.low + (pixel - this.from) / this.factor;
    const [low, high] = [this.low, this.#forth(this.max)];
    const next = [middle + (low - middle) * factor, middle + (high - middle) * factor];
    const size = Math.max(Math.abs(next[0]), Math.abs(next[1]), 1e-300);
    if (next[1] - next[0] < size * narrowest) return [this.min, this.max];
    return [this.#back(next[0]), this.#back(next[1])];
  }

  /** What is shown after the content was moved by so many pixels.
   * @param {number} pixels @returns {[number, number]} */
  moved(pixels) {
    const by = -pixels / this.factor;
    return [this.#back(this.low + by), this.#back(this.#forth(this.max) + by)];
  }

  /** @param {number} count about so many @param {boolean} [whole] numbers only
   * @returns {{values: number[], minor: number[], step: number}} */
  ticks(count, whole = false) {
    if (this.kind === 'log') return logTicks(this.min, this.max, count);
    const minor = /** @type {number[]} */ ([]);
    if (this.kind === 'time') return { ...timeTicks(this.min, this.max, count), minor };
    return { ...linearTicks(this.min, this.max, count, whole), minor };
  }
}

/** The range of finite values with a little room about it; of positive ones where logarithmic. Null without any.
 * @param {ArrayLike<number>} values @param {ScaleKind} kind @param {number} [room] share of the range on each side
 * @returns {[number, number] | null} */
export function extent(values, kind, room = 0.03) {
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (!Number.isFinite(value) || (kind === 'log' && value <= 0)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return null;
  if (kind === 'log') {
    const by = Math.max((Math.log10(max) - Math.log10(min)) * room, min === max ? 0.5 : 0);
    return [min / 10 ** by, max * 10 ** by];
  }
  const by = Math.max((max - min) * room, min === max ? Math.abs(min) * 0.1 || 1 : 0);
  return [min - by, max + by];
}
