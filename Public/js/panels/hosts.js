// How many planets the host stars have.
// Not here: the hosts themselves.

import { barChart, counted, countTick, showBars } from '../charts.js';
import { t } from '../i18n.js';
import { behind } from '../links.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'hosts', slot: 'charts', size: 'full', reads: ['hosts'],
  mount(frame, page) {
    const scale = frame.choice('scale', ['log', 'linear'], 'linear', (value) => t(`scale.${value}`));
    const { canvas, describe } = frame.canvas('low');
    /** @type {ReturnType<typeof read>} */
    let rows = [];
    const chart = barChart(canvas, { borderRadius: 3, maxBarThickness: 56 }, {
      scales: {
        x: { title: { text: t('panel.hosts.axis') }, grid: { display: false } },
        y: { ticks: { callback: countTick, maxTicksLimit: 6 } },
      },
      onClick: (_, hits) => {
        if (hits.length > 0) page.show(behind('hosts', rows[hits[0].index].group));
      },
    });
    return {
      update(board, animate) {
        rows = read(board);
        if (chart) Object.assign(chart.options.scales.y, counted(scale(), 0.5));
        showBars(chart, rows, animate);
        const one = board.count('hosts', 'planets_per_host/1');
        describe(t('panel.hosts.summary', { n: board.count('hosts', 'hosts'), one }));
      },
      table: (board) => ({
        caption: frame.title,
        columns: [t('panel.hosts.axis'), t('totals.hosts')],
        rows: read(board).map(({ group, count, label }) => ({
          key: group, head: String(label), cells: [{ group, value: count, href: behind('hosts', group) }],
        })),
      }),
      destroy: () => chart?.destroy(),
    };
  },
};

/** The smallest systems first.
 * @param {import('../board.js').Board} board */
function read(board) {
  const rows = [];
  for (const [group, count] of board.groups('hosts')) {
    const label = Number(/^planets_per_host\/(\d+)$/.exec(group)?.[1]);
    if (label > 0) rows.push({ group, count, label });
  }
  return rows.sort((a, b) => a.label - b.label);
}
