// How many planets the host stars have; the smallest systems first.
// Not here: the hosts themselves.

import { bars } from '../bars.js';
import { t } from '../i18n.js';

/** @type {Panel} */
export default {
  id: 'hosts', size: 'full', reads: ['hosts'],
  mount(frame) {
    const scale = frame.choice('scale', ['log', 'linear'], 'linear');
    return bars(frame, {
      aggregate: 'hosts',
      columns: () => [t('panel.hosts.axis'), t('totals.hosts')],
      shape: 'low',
      names: t('panel.hosts.axis'),
      log: () => scale() === 'log',
      read(board) {
        const rows = [...board.groups('hosts')].map(([group, count]) => (
          { group, label: group.replace('planets_per_host/', ''), count }));
        return rows.filter(({ label }) => Number(label) > 0).sort((a, b) => Number(a.label) - Number(b.label));
      },
      summary: (_, board) => t('panel.hosts.summary', {
        n: board.count('hosts', 'hosts'), one: board.count('hosts', 'planets_per_host/1'),
      }),
    });
  },
};
