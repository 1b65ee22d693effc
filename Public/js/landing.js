// Where an arrival lands: the groups of a delta that grew, and the mark on a chart that shows one for two seconds.
// Not here: which place a group has on its chart (bars.js, heatmap.js, zoneChart.js, panels/*.js).

import { h } from './dom.js';

const shownMilliseconds = 2000;
/** Of more arrivals at once, as in an import, only so many are marked. */
const mostMarks = 8;
const smallest = 18;

/** The groups, as addresses name them, whose figure grew.
 * @param {string} group @param {unknown} before @param {unknown} after @returns {string[]} */
export function grown(group, before, after) {
  if (typeof after === 'number') return after > (typeof before === 'number' ? before : 0) ? [group] : [];
  if (Array.isArray(after)) return grownYear(group, before, after);
  // A planet of its own.
  return before === undefined && after !== null ? [group] : [];
}

/** Of a running total the first year that has more than before; all years after it have more, too.
 * @param {string} group @param {unknown} before @param {unknown[]} after */
function grownYear(group, before, after) {
  const old = new Map(Array.isArray(before) ? before : []);
  let total = 0;
  for (const point of after) {
    if (!Array.isArray(point)) return [];
    const [year, now] = point;
    total = old.get(year) ?? total;
    if (now > total) return [`${group}/${year}`];
  }
  return [];
}

/** Marks places of a figure, in its own pixels.
 * @param {HTMLElement} figure @param {(Place | null)[]} places */
export function mark(figure, places) {
  for (const place of places.slice(-mostMarks)) {
    if (!place) continue;
    const { x, y, width = 0, height = 0 } = place;
    const one = h('i', { class: 'landing', 'aria-hidden': 'true' });
    const sizes = { width: Math.max(smallest, width + 8), height: Math.max(smallest, height + 8) };
    for (const [name, size] of Object.entries({ left: x, top: y, ...sizes })) one.style.setProperty(name, `${size}px`);
    figure.append(one);
    setTimeout(() => one.remove(), shownMilliseconds);
  }
}

/** Marks an element of the page.
 * @param {HTMLElement} element */
export function markElement(element) {
  element.classList.add('landed');
  setTimeout(() => element.classList.remove('landed'), shownMilliseconds);
}
