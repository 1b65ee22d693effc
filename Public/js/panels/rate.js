// Submissions by minute (the last hour seen) or by day, in event time.
// Not here: the rate of this very second (totals.js).

import { colours, countTick, makeChart, options, redraw } from '../charts.js';
import { minute, number, t } from '../i18n.js';
import { behind } from '../links.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'rate', slot: 'health', size: 'half', reads: ['rate'],
  mount(frame, page) {
    const span = frame.choice('span', [['minute', t('span.minute')], ['day', t('span.day')]], 'minute', () => frame.redraw());
    const { canvas, describe } = frame.canvas('low');
    /** @type {{group: string}[]} */
    let shown = [];
    const chart = makeChart(canvas, {
      type: 'bar',
      data: { labels: [], datasets: [{ data: [], backgroundColor: colours().accent, borderRadius: 2, categoryPercentage: 0.9, barPercentage: 0.95, maxBarThickness: 24 }] },
      options: options({
        interaction: { mode: 'index', intersect: false },
        onClick: (/** @type {any} */ _, /** @type {any[]} */ hits) => { if (shown[hits[0]?.index]) page.show(behind('rate', shown[hits[0].index].group)); },
        scales: { x: { grid: { display: false }, ticks: { autoSkip: true, maxTicksLimit: 8 } }, y: { beginAtZero: true, ticks: { callback: countTick, maxTicksLimit: 5 } } },
        plugins: { tooltip: { callbacks: { label: (/** @type {any} */ item) => ` ${number(item.raw)}` } } },
      }),
    });
    return {
      update(board, animate) {
        const rows = read(board, span());
        shown = rows;
        if (chart) {
          chart.data.labels = rows.map((row) => row.text);
          chart.data.datasets[0].data = rows.map((row) => row.count);
          redraw(chart, animate);
        }
        const last = rows[rows.length - 1];
        if (last) describe(t('panel.rate.summary', { n: rows.reduce((sum, row) => sum + row.count, 0), time: last.text, last: last.count }));
      },
      table: (board) => ({
        caption: t('panel.rate.title'),
        columns: [t(`span.${span()}`), t('submissions')],
        rows: read(board, span()).map((row) => ({ key: row.group, head: row.text, cells: [{ group: row.group, value: row.count, href: behind('rate', row.group) }] })),
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
    rows.push({ group, count, text: span === 'minute' ? minute(stamp) : stamp });
  }
  // The groups are ISO times: their order as text is their order in time.
  return rows.sort((a, b) => (a.group < b.group ? -1 : 1));
}
