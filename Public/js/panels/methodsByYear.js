// Discoveries by year, stacked by method. A click on a bar lists its planets.
// Not here: running totals (cumulative.js).

import { colours, countTick, makeChart, methodStyle, namedMethods, options, redraw } from '../charts.js';
import { known, number, t } from '../i18n.js';
import { behind } from '../links.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'methodsByYear', slot: 'charts', size: 'full', reads: ['by_method_year', 'by_year'],
  mount(frame, page) {
    const { canvas, describe } = frame.canvas('tall');
    const methods = [...namedMethods, 'other'];
    const colour = colours();
    const chart = makeChart(canvas, {
      type: 'bar',
      data: {
        labels: [],
        datasets: methods.map((method) => ({
          label: known('method', method), data: [], backgroundColor: methodStyle(method).colour, borderColor: colour.surface,
          borderWidth: { top: 1 }, borderSkipped: false, stack: 'all', maxBarThickness: 44, categoryPercentage: 0.86, barPercentage: 0.95, pointStyle: 'rectRounded',
        })),
      },
      options: options({
        interaction: { mode: 'index', intersect: false },
        scales: { x: { stacked: true, grid: { display: false } }, y: { stacked: true, beginAtZero: true, ticks: { callback: countTick } } },
        plugins: {
          legend: { display: true, position: 'top', align: 'start' },
          tooltip: {
            filter: (/** @type {any} */ item) => item.raw > 0, itemSort: (/** @type {any} */ a, /** @type {any} */ b) => b.raw - a.raw,
            callbacks: {
              label: (/** @type {any} */ item) => ` ${item.dataset.label}: ${number(item.raw)}`,
              footer: (/** @type {any[]} */ items) => `${t('all')}: ${number(items.reduce((sum, item) => sum + item.raw, 0))}`,
            },
          },
        },
        onClick: (/** @type {any} */ event, /** @type {any[]} */ _, /** @type {any} */ self) => {
          const [hit] = self.getElementsAtEventForMode(event, 'nearest', { intersect: true }, false);
          if (!hit) return;
          const year = self.data.labels[hit.index];
          const method = methods[hit.datasetIndex];
          // The other methods share a bar: the year's planets are those behind it.
          page.show(method === 'other' ? behind('by_year', year) : behind('by_method_year', `${method}/${year}`));
        },
      }),
    });

    return {
      update(board, animate) {
        const { years, counts } = read(board);
        if (chart) {
          chart.data.labels = years;
          methods.forEach((method, i) => {
            chart.data.datasets[i].data = years.map((year) => {
              const row = counts.get(year);
              if (!row) return 0;
              if (method !== 'other') return row.get(method) ?? 0;
              return [...row].reduce((sum, [name, value]) => (namedMethods.includes(name) ? sum : sum + value), 0);
            });
          });
          redraw(chart, animate);
        }
        const best = years.reduce((top, year) => (board.count('by_year', year) > board.count('by_year', top) ? year : top), years[0] ?? '');
        if (best) describe(t('panel.methodsByYear.summary', { first: years[0], last: years[years.length - 1], best, n: board.count('by_year', best) }));
      },
      table(board) {
        const { years, counts } = read(board);
        const all = allMethods(board);
        return {
          caption: t('panel.methodsByYear.title'),
          columns: [t('year'), t('all'), ...all.map((method) => known('method', method))],
          rows: years.map((year) => ({
            key: year, head: year,
            cells: [{ group: year, value: board.count('by_year', year), href: behind('by_year', year) }, ...all.map((method) => ({ group: `${method}/${year}`, value: counts.get(year)?.get(method) ?? 0, href: behind('by_method_year', `${method}/${year}`) }))],
          })),
        };
      },
      destroy: () => chart?.destroy(),
    };
  },
};

/** Years without a gap, and the counts of each. @param {import('../board.js').Board} board */
function read(board) {
  /** @type {Map<string, Map<string, number>>} */
  const counts = new Map();
  const found = new Set(board.groups('by_year').keys());
  for (const [group, value] of board.groups('by_method_year')) {
    // The year stands after the last slash: a method's name may hold one, a year can't.
    const cut = group.lastIndexOf('/');
    const year = group.slice(cut + 1);
    found.add(year);
    let row = counts.get(year);
    if (!row) counts.set(year, row = new Map());
    row.set(group.slice(0, cut), value);
  }
  const numbers = [...found].map(Number).filter(Number.isInteger);
  const years = [];
  if (numbers.length > 0) {
    for (let year = Math.min(...numbers); year <= Math.max(...numbers) && years.length < 400; year += 1) years.push(String(year));
  }
  return { years, counts };
}

/** @param {import('../board.js').Board} board */
function allMethods(board) {
  return [...board.groups('by_method')].sort((a, b) => b[1] - a[1]).map(([method]) => method);
}
