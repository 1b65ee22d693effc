// The histogram of a column: bins of equal width, of its logarithm where that is chosen; whole numbers each have a bin.
// Not here: its place and its brush (../views/explore.js).

import { number, t } from '../i18n.js';
import { boxes } from '../plot/layers.js';
import { roundStep } from '../plot/ticks.js';

const mostBins = 36;

/** @typedef {{edges: number[], log: boolean, whole: boolean}} Bins */

/** Where the bins begin and end.
 * @param {ArrayLike<number>} values @param {boolean} log @param {boolean} whole @returns {Bins | null} */
export function binsOf(values, log, whole) {
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return null;
  const edges = [];
  if (log) {
    const steps = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16];
    const decades = Math.max(Math.log10(max / min), 0.25);
    const a = steps.filter((one) => one * decades <= mostBins).pop() ?? 1;
    const first = Math.floor(Math.log10(min) * a + 1e-9);
    const last = Math.max(first + 1, Math.ceil(Math.log10(max) * a - 1e-9));
    for (let i = first; i <= last; i += 1) edges.push(10 ** (i / a));
    // The largest value lies in the last bin.
    if (edges[edges.length - 1] <= max) edges.push(10 ** ((last + 1) / a));
    return { edges, log, whole: false };
  }
  const isCount = whole && max - min <= 80;
  const step = isCount ? 1 : roundStep(Math.max(max - min, Math.abs(max) * 1e-6, 1e-12) / mostBins);
  const first = isCount ? min - 0.5 : Math.floor(min / step + 1e-9) * step;
  for (let i = 0; first + (i - 1) * step <= max; i += 1) edges.push(first + i * step);
  return { edges, log, whole: isCount };
}

/** How many planets lie in each bin.
 * @param {Bins} bins @param {ArrayLike<number>} values @param {(i: number) => boolean} counts */
export function countIn({ edges, log }, values, counts) {
  const totals = new Array(edges.length - 1).fill(0);
  const place = (/** @type {number} */ value) => (log ? Math.log10(value) : value);
  const first = place(edges[0]);
  const width = (place(edges[edges.length - 1]) - first) / totals.length;
  for (let i = 0; i < values.length; i += 1) {
    if (!counts(i)) continue;
    const bin = Math.floor((place(values[i]) - first) / width + 1e-9);
    if (bin >= 0 && bin < totals.length) totals[bin] += 1;
  }
  return totals;
}

/** @param {Bins} bins @param {number[]} all @param {number[]} selected @param {Colours} colour
 * @param {(value: number) => string} read @returns {Layer[]} */
export function bars({ edges, whole }, all, selected, colour, read) {
  const box = (/** @type {number[]} */ counts, /** @type {string} */ fill) => counts.map((count, i) => (
    { x0: edges[i], x1: edges[i + 1], y0: 0, y1: count, ink: { fill } }));
  const range = (/** @type {number} */ i) => (
    whole ? read(Math.round(edges[i] + 0.5)) : `${read(edges[i])} – ${read(edges[i + 1])}`);
  const text = (/** @type {number} */ i) => {
    const of = selected[i] === all[i] ? '' : ` ${t('explore.ofMany', { n: number(all[i]) })}`;
    return [range(i), `${t('planets.count', { n: selected[i] })}${of}`];
  };
  return [
    boxes(box(all, colour.line), { inset: 0.5 }),
    { ...boxes(box(all, 'transparent'), { whole: 'x', text }), draw: boxes(box(selected, colour.accent)).draw },
  ];
}
