// How good the forecasts of mass and radius were, live: those made before the measurement came, and all in hindsight.
// Not here: the forecasts of one planet (../prediction.js).

import { DataTable } from '../dataTable.js';
import { h, setText, svg } from '../dom.js';
import { number, percent, t } from '../i18n.js';
import { behind } from '../links.js';

const groups = ['mass', 'radius', 'hindsight/mass', 'hindsight/radius'];

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'scoreboard', slot: 'predictions', size: 'full', reads: ['scoreboard'],
  mount(frame) {
    const table = new DataTable();
    const waiting = h('p', { class: 'note', 'data-waiting': '' });
    frame.body.append(h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('panel.scoreboard.title') }, table.element), waiting);
    frame.note(t('panel.scoreboard.about'));

    return {
      update(board) {
        table.show({
          caption: t('panel.scoreboard.caption'),
          columns: [t('score.forecast'), 'n', t('score.median'), t('score.factor'), t('score.coverage68'), t('score.coverage95')],
          rows: groups.map((group) => {
            const score = board.groups('scoreboard').get(group) ?? { n: 0, median_error_dex: null, coverage_68: null, coverage_95: null };
            const error = score.median_error_dex;
            return {
              key: group, head: t(`score.${group}`),
              cells: [
                { group: `${group}#n`, value: score.n, href: behind('scoreboard', group) },
                { group: `${group}#median_error_dex`, value: error },
                { text: error === null ? '–' : `× ${number(10 ** error)}` },
                { group: `${group}#coverage_68`, value: score.coverage_68, node: covered(score.coverage_68, 0.6827) },
                { group: `${group}#coverage_95`, value: score.coverage_95, node: covered(score.coverage_95, 0.9545) },
              ],
            };
          }),
        });
        setText(waiting, t('panel.scoreboard.waiting', { mass: board.count('scoreboard', 'waiting/mass'), radius: board.count('scoreboard', 'waiting/radius') }));
      },
    };
  },
};

/** @param {number | null} share @param {number} promised */
const covered = (share, promised) => h('span', { class: 'covered' }, share === null ? '–' : percent(share), gauge(share, promised));

/** What was reached as a bar, what was promised as a mark. @param {number | null} share @param {number} promised */
function gauge(share, promised) {
  return svg('svg', { class: 'count-bar', viewBox: '0 0 100 16', width: 100, height: 16, 'aria-hidden': 'true' },
    svg('rect', { x: 0, y: 3, width: 100, height: 10, rx: 2, class: 'trough' }),
    share === null ? null : svg('rect', { x: 0, y: 3, width: share * 100, height: 10, rx: 2, class: 'filled' }),
    svg('line', { x1: promised * 100, x2: promised * 100, y1: 0, y2: 16, class: 'promised' }));
}
