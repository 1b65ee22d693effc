// How many planets the host stars have.
// Not here: the hosts themselves.

import { colours, countTick, makeChart, options, redraw } from '../charts.js';
import { number, t } from '../i18n.js';
import { behind } from '../links.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'hosts', slot: 'charts', size: 'full', reads: ['hosts'],
  mount(frame, page) {
    const scale = frame.choice('scale', [['log', t('scale.log')], ['linear', t('scale.linear')]], 'linear', () => frame.redraw());
    const { canvas, describe } = frame.canvas('low');
    const chart = makeChart(canvas, {
      type: 'bar',
      data: { labels: [], datasets: [{ data: [], backgroundColor: colours().accent, borderRadius: 3, maxBarThickness: 56 }] },
      options: options({
        scales: { x: { title: { text: t('panel.hosts.axis') }, grid: { display: false } }, y: { ticks: { callback: countTick, maxTicksLimit: 6 } } },
        plugins: { tooltip: { callbacks: { label: (/** @type {any} */ item) => ` ${number(item.raw)}` } } },
        onClick: (/** @type {any} */ _, /** @type {any[]} */ hits) => {
          const size = chart.data.labels[hits[0]?.index];
          if (size) page.show(behind('hosts', `planets_per_host/${size}`));
        },
      }),
    });
    return {
      update(board, animate) {
        const rows = read(board);
        if (chart) {
          chart.options.scales.y.type = scale() === 'log' ? 'logarithmic' : 'linear';
          chart.options.scales.y.min = scale() === 'log' ? 0.5 : 0;
          chart.data.labels = rows.map((row) => row.size);
          chart.data.datasets[0].data = rows.map((row) => row.count);
          redraw(chart, animate);
        }
        describe(t('panel.hosts.summary', { n: board.count('hosts', 'hosts'), one: board.count('hosts', 'planets_per_host/1') }));
      },
      table: (board) => ({
        caption: t('panel.hosts.title'),
        columns: [t('panel.hosts.axis'), t('totals.hosts')],
        rows: read(board).map((row) => ({ key: row.group, head: String(row.size), cells: [{ group: row.group, value: row.count, href: behind('hosts', row.group) }] })),
      }),
      destroy: () => chart?.destroy(),
    };
  },
};

/** @param {import('../board.js').Board} board */
function read(board) {
  const rows = [];
  for (const [group, count] of board.groups('hosts')) {
    const size = Number(/^planets_per_host\/(\d+)$/.exec(group)?.[1]);
    if (size > 0) rows.push({ group, count, size });
  }
  return rows.sort((a, b) => a.size - b.size);
}
