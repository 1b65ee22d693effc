// The facilities with the most planets.
// Not here: the rest of them, which the table beside the chart lists in full.

import { barChart, colours, countTick, showBars } from '../charts.js';
import { t } from '../i18n.js';
import { behind } from '../links.js';

const shown = 15;

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'facilities', slot: 'charts', size: 'half', reads: ['by_facility'],
  mount(frame, page) {
    const { canvas, describe } = frame.canvas();
    /** @type {ReturnType<typeof ordered>} */
    let rows = [];
    const name = (/** @type {unknown} */ _, /** @type {number} */ i) => shorten(rows[i]?.label ?? '');
    const chart = barChart(canvas, { borderRadius: 3, maxBarThickness: 16 }, {
      indexAxis: 'y',
      scales: {
        x: { beginAtZero: true, ticks: { callback: countTick } },
        y: { grid: { display: false }, ticks: { autoSkip: false, color: colours().ink, callback: name } },
      },
      onClick: (_, hits) => {
        if (hits.length > 0) page.show(behind('by_facility', rows[hits[0].index].label));
      },
    });
    return {
      update(board, animate) {
        const all = ordered(board);
        rows = all.slice(0, shown);
        showBars(chart, rows, animate);
        if (rows.length === 0) return;
        const [first] = rows;
        describe(t('panel.facilities.summary', { n: all.length, first: first.label, count: first.count }));
      },
      table: (board) => ({
        caption: frame.title,
        columns: [t('facility'), t('totals.planets')],
        rows: ordered(board).map(({ label, count }) => ({
          key: label, head: label, cells: [{ group: label, value: count, href: behind('by_facility', label) }],
        })),
      }),
      destroy: () => chart?.destroy(),
    };
  },
};

/** @param {import('../board.js').Board} board */
function ordered(board) {
  const rows = [...board.groups('by_facility')].map(([label, count]) => ({ label, count }));
  return rows.sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}

/** @param {string} name */
function shorten(name) {
  const longest = innerWidth < 600 ? 18 : 30;
  return name.length > longest ? `${name.slice(0, longest - 1)}…` : name;
}
