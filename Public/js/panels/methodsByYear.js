// Discoveries by year, stacked by method. A click on a bar lists its planets.
// Not here: running totals (cumulative.js).

import { colours, countTick, methodStyle, namedMethods, placeOf, redraw } from '../charts.js';
import { countCell } from '../dataTable.js';
import { known, number, t } from '../i18n.js';
import { behind } from '../links.js';

/** @typedef {Map<string, Map<string, number>>} Counts year -> method -> planets */

const methods = [...namedMethods, 'other'];
const mostYears = 400;

/** @type {Panel} */
export default {
  id: 'methodsByYear', size: 'full', reads: ['by_method_year', 'by_year'],
  mount(frame) {
    const { surface } = colours();
    /** @type {string[]} */
    let years = [];
    const { chart, describe, land } = frame.chart('tall', {
      type: 'bar',
      data: { labels: [], datasets: methods.map((method) => bars(method, surface)) },
      options: {
        interaction: { mode: 'index', intersect: false },
        scales: {
          x: { stacked: true, grid: { display: false } },
          y: { stacked: true, beginAtZero: true, ticks: { callback: countTick } },
        },
        plugins: {
          legend: { display: true, position: 'top', align: 'start' },
          tooltip: {
            filter: (item) => item.raw > 0,
            itemSort: (a, b) => b.raw - a.raw,
            callbacks: {
              label: (item) => ` ${item.dataset.label}: ${number(item.raw)}`,
              footer: (items) => `${t('all')}: ${number(items.reduce((sum, item) => sum + item.raw, 0))}`,
            },
          },
        },
        onClick: (event, _, self) => {
          const [hit] = self.getElementsAtEventForMode(event, 'nearest', { intersect: true }, false);
          if (hit) frame.go(addressOf(methods[hit.datasetIndex], years[hit.index]));
        },
      },
    });

    return {
      update(board, animate) {
        const read = readCounts(board);
        years = read.years;
        chart.data.labels = years;
        methods.forEach((method, i) => {
          chart.data.datasets[i].data = years.map((year) => countOf(method, read.counts.get(year)));
        });
        redraw(chart, animate);
        if (years.length === 0) return;
        const planets = (/** @type {string} */ year) => board.count('by_year', year);
        const best = years.reduce((top, year) => (planets(year) > planets(top) ? year : top));
        describe(t('panel.methodsByYear.summary', {
          first: years[0], last: years[years.length - 1], best, n: planets(best),
        }));
      },
      land(groups) {
        land(groups.filter((group) => group.includes('/')).map((group) => {
          const [method, year] = methodAndYear(group);
          const found = methods.indexOf(method);
          return placeOf(chart, found < 0 ? methods.length - 1 : found, years.indexOf(year));
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

/** @param {string} method @param {string} surface @returns {Dataset<number>} */
function bars(method, surface) {
  return {
    label: known('method', method), data: [], stack: 'all', backgroundColor: methodStyle(method).colour,
    borderColor: surface, borderWidth: { top: 1 }, borderSkipped: false, pointStyle: 'rectRounded',
    maxBarThickness: 44, categoryPercentage: 0.86, barPercentage: 0.95,
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
