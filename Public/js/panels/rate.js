// Submissions by minute (the last hour seen) or by day, in event time.
// Not here: the rate of this very second (totals.js).

import { bars } from '../bars.js';
import { minute, t } from '../i18n.js';

/** @type {Panel} */
export default {
  id: 'rate', size: 'half', reads: ['rate'],
  mount(frame) {
    const span = frame.choice('span', ['minute', 'day']);
    return bars(frame, {
      aggregate: 'rate',
      columns: () => [t(`choice.span.${span()}`), t('submissions')],
      shape: 'low',
      width: 0.86,
      read(board) {
        const rows = [...board.groups('rate')].map(([group, count]) => {
          const [kind, time] = group.split('/');
          return { kind, group, label: kind === 'minute' ? minute(time) : time, count };
        });
        // The groups are ISO times: their order as text is their order in time.
        return rows.filter(({ kind }) => kind === span()).sort((a, b) => (a.group < b.group ? -1 : 1));
      },
      summary(all) {
        const last = all[all.length - 1];
        const n = all.reduce((sum, bar) => sum + bar.count, 0);
        return t('panel.rate.summary', { n, time: last.label, last: last.count });
      },
    });
  },
};
