// Submissions by minute (the last hour seen) or by day, in event time.
// Not here: the rate of this very second (totals.js).

import { barChart, countTick, showBars } from '../charts.js';
import { minute, t } from '../i18n.js';
import { behind } from '../links.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'rate', slot: 'health', size: 'half', reads: ['rate'],
  mount(frame, page) {
    const span = frame.choice('span', ['minute', 'day'], 'minute', (value) => t(`span.${value}`));
    const { canvas, describe } = frame.canvas('low');
    /** @type {ReturnType<typeof read>} */
    let rows = [];
    const bars = { borderRadius: 2, categoryPercentage: 0.9, barPercentage: 0.95, maxBarThickness: 24 };
    const chart = barChart(canvas, bars, {
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: { grid: { display: false }, ticks: { autoSkip: true, maxTicksLimit: 8 } },
        y: { beginAtZero: true, ticks: { callback: countTick, maxTicksLimit: 5 } },
      },
      onClick: (_, hits) => {
        if (hits.length > 0) page.show(behind('rate', rows[hits[0].index].group));
      },
    });
    return {
      update(board, animate) {
        rows = read(board, span());
        showBars(chart, rows, animate);
        const last = rows[rows.length - 1];
        if (!last) return;
        const n = rows.reduce((sum, row) => sum + row.count, 0);
        describe(t('panel.rate.summary', { n, time: last.label, last: last.count }));
      },
      table: (board) => ({
        caption: frame.title,
        columns: [t(`span.${span()}`), t('submissions')],
        rows: read(board, span()).map(({ group, count, label }) => ({
          key: group, head: label, cells: [{ group, value: count, href: behind('rate', group) }],
        })),
      }),
      destroy: () => chart?.destroy(),
    };
  },
};

/** @param {import('../board.js').Board} board @param {string} span */
function read(board, span) {
  const rows = [];
  for (const [group, count] of board.groups('rate')) {
    if (!group.startsWith(`${span}/`)) continue;
    const stamp = group.slice(span.length + 1);
    rows.push({ group, count, label: span === 'minute' ? minute(stamp) : stamp });
  }
  // The groups are ISO times: their order as text is their order in time.
  return rows.sort((a, b) => (a.group < b.group ? -1 : 1));
}
