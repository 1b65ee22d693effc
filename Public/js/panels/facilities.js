// The facilities with the most planets.
// Not here: the rest of them, which the table beside the chart lists in full.

import { colours, countTick, makeChart, options, redraw } from '../charts.js';
import { number, t } from '../i18n.js';
import { behind } from '../links.js';

const shown = 15;

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'facilities', slot: 'charts', size: 'half', reads: ['by_facility'],
  mount(frame, page) {
    const { canvas, describe } = frame.canvas();
    const colour = colours();
    /** @type {[string, number][]} */
    let rows = [];
    const chart = makeChart(canvas, {
      type: 'bar',
      data: { labels: [], datasets: [{ data: [], backgroundColor: colour.accent, borderRadius: 3, maxBarThickness: 16 }] },
      options: options({
        indexAxis: 'y',
        scales: {
          x: { beginAtZero: true, ticks: { callback: countTick } },
          y: { grid: { display: false }, ticks: { autoSkip: false, color: colour.ink, callback: (/** @type {any} */ _, /** @type {number} */ i) => shorten(rows[i]?.[0] ?? '') } },
        },
        plugins: { tooltip: { callbacks: { label: (/** @type {any} */ item) => ` ${number(item.raw)}` } } },
        onClick: (/** @type {any} */ _, /** @type {any[]} */ hits) => {
          const name = rows[hits[0]?.index]?.[0];
          if (name) page.show(behind('by_facility', name));
        },
      }),
    });
    return {
      update(board, animate) {
        const all = ordered(board);
        rows = all.slice(0, shown);
        if (chart) {
          chart.data.labels = rows.map(([name]) => name);
          chart.data.datasets[0].data = rows.map(([, count]) => count);
          redraw(chart, animate);
        }
        if (rows.length > 0) describe(t('panel.facilities.summary', { n: all.length, first: rows[0][0], count: rows[0][1] }));
      },
      table: (board) => ({
        caption: t('panel.facilities.title'),
        columns: [t('facility'), t('totals.planets')],
        rows: ordered(board).map(([name, count]) => ({ key: name, head: name, cells: [{ group: name, value: count, href: behind('by_facility', name) }] })),
      }),
      destroy: () => chart?.destroy(),
    };
  },
};

/** @param {import('../board.js').Board} board @returns {[string, number][]} */
function ordered(board) {
  return [...board.groups('by_facility')].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** @param {string} name */
function shorten(name) {
  const longest = innerWidth < 600 ? 18 : 30;
  return name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
}
