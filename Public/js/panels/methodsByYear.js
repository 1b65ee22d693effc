// Discoveries by year, stacked by method. A click on a bar lists its planets.
// Not here: running totals (cumulative.js).

import { colours, methodStyle, namedMethods } from '../charts.js';
import { countCell } from '../dataTable.js';
import { known, number, t } from '../i18n.js';
import { behind } from '../links.js';
import { methodKey } from '../methodKey.js';
import { boxes } from '../plot/layers.js';

/** @typedef {Map<string, Map<string, number>>} Counts year -> method -> planets */

const methods = [...namedMethods, 'other'];
const mostYears = 400;

/** @type {Panel} */
export default {
  id: 'methodsByYear', size: 'full', reads: ['by_method_year', 'by_year', 'by_method'],
  mount(frame) {
    /** @type {string[]} */
    let years = [];
    /** @type {{method: string, year: string, count: number, from: number, all: number}[]} */
    let segments = [];
    const { plot, land } = frame.plot('tall', { zoom: 'x' });
    frame.body.prepend(methodKey(methods));
    frame.legend = () => methods.map((method) => ({
      text: known('method', method),
      draw: (surface, x, y) => surface.rect(x - 6, y - 5, 11, 11, { fill: methodStyle(method).colour }),
    }));

    return {
      update(board) {
        const read = readCounts(board);
        years = read.years;
        segments = years.flatMap((year) => stack(year, read.counts.get(year)));
        const planets = (/** @type {string} */ year) => board.count('by_year', year);
        const best = years.reduce((top, year) => (planets(year) > planets(top) ? year : top), years[0] ?? '');
        const most = Math.max(1, ...segments.map(({ all }) => all));
        plot.show({
          x: { ...yearAxis(years), grid: false }, y: { kind: 'linear', min: 0, max: most * 1.04, whole: true },
          layers: [marks(segments, frame)],
          summary: years.length === 0 ? '' : t('panel.methodsByYear.summary', {
            first: years[0], last: years[years.length - 1], best, n: planets(best),
          }),
        });
      },
      land(groups) {
        land((drawn) => groups.filter((group) => group.includes('/')).map((group) => {
          const [method, year] = methodAndYear(group);
          const drawnAs = methods.includes(method) ? method : 'other';
          const found = segments.find((one) => one.method === drawnAs && one.year === year);
          if (!found) return null;
          return { x: drawn.x.pixel(Number(year)), y: drawn.y.pixel(found.from + found.count / 2) };
        }));
      },
      table(board) {
        const read = readCounts(board);
        const all = [...board.groups('by_method')].sort((a, b) => b[1] - a[1]).map(([method]) => method);
        return {
          columns: [t('year'), t('all'), ...all.map((method) => known('method', method))],
          rows: read.years.map((year) => ({
            key: year,
            head: year,
            cells: [
              countCell('by_year', year, board.count('by_year', year)),
              ...all.map((method) => (
                countCell('by_method_year', `${method}/${year}`, read.counts.get(year)?.get(method) ?? 0))),
            ],
          })),
        };
      },
    };
  },
};

/** @param {string[]} years @returns {AxisSpec} */
const yearAxis = (years) => ({
  kind: 'linear', min: Number(years[0] ?? 1990) - 0.6, max: Number(years[years.length - 1] ?? 2020) + 0.6, whole: true,
  text: String,
});

/** The methods of a year on top of each other.
 * @param {string} year @param {Map<string, number>} [row] */
function stack(year, row) {
  let from = 0;
  const every = methods.map((method) => ({ method, year, count: countOf(method, row) }));
  const parts = every.filter(({ count }) => count > 0);
  const all = parts.reduce((sum, { count }) => sum + count, 0);
  return parts.map((part) => {
    from += part.count;
    return { ...part, from: from - part.count, all };
  });
}

/** A place in a year's column that is no segment's belongs to the year's largest.
 * @param {ReturnType<typeof stack>} segments @param {PanelFrame} frame @returns {Layer} */
function marks(segments, frame) {
  const { surface } = colours();
  const layer = boxes(segments.map(({ method, year, count, from }) => ({
    x0: Number(year) - 0.42, x1: Number(year) + 0.42, y0: from, y1: from + count,
    ink: { fill: methodStyle(method).colour, stroke: surface, width: 0.75 },
  })), {
    inset: 0,
    text: (i) => {
      const { method, year, count, all } = segments[i];
      const others = segments.filter((one) => one.year === year && one.method !== method);
      return [`${year}: ${known('method', method)} ${number(count)}`,
        ...others.sort((a, b) => b.count - a.count).map((one) => (
          `${known('method', one.method)}: ${number(one.count)}`)),
        `${t('all')}: ${number(all)}`];
    },
    name: (i) => `${segments[i].method}/${segments[i].year}`,
    go: (i) => frame.go(addressOf(segments[i].method, segments[i].year)),
  });
  return {
    ...layer,
    at(px, py, drawn) {
      const exact = layer.at?.(px, py, drawn) ?? -1;
      if (exact >= 0) return exact;
      const year = String(Math.round(drawn.x.value(px)));
      return segments.reduce((best, one, i) => (
        one.year === year && one.count > (segments[best]?.count ?? 0) ? i : best), -1);
    },
  };
}

/** The other methods share a bar: behind it are all of the year's planets.
 * @param {string} method @param {string} year */
function addressOf(method, year) {
  return method === 'other' ? behind('by_year', year) : behind('by_method_year', `${method}/${year}`);
}

/** @param {string} method @param {Map<string, number>} [row] of the year */
function countOf(method, row = new Map()) {
  if (method !== 'other') return row.get(method) ?? 0;
  return [...row].reduce((sum, [name, value]) => (namedMethods.includes(name) ? sum : sum + value), 0);
}

/** The year follows the last slash: a method's name may have one, a year can't.
 * @param {string} group */
function methodAndYear(group) {
  const cut = group.lastIndexOf('/');
  return [group.slice(0, cut), group.slice(cut + 1)];
}

/** Years without a gap, and the counts of each.
 * @param {Board} board */
function readCounts(board) {
  /** @type {Counts} */
  const counts = new Map();
  const found = new Set(board.groups('by_year').keys());
  for (const [group, value] of board.groups('by_method_year')) {
    const [method, year] = methodAndYear(group);
    found.add(year);
    const row = counts.get(year) ?? new Map();
    counts.set(year, row.set(method, value));
  }
  const numbers = [...found].map(Number).filter(Number.isInteger);
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  /** @type {string[]} */
  const years = [];
  for (let year = first; year <= last && years.length < mostYears; year += 1) years.push(String(year));
  return { years, counts };
}
