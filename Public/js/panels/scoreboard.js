// How good the forecasts of mass and radius were, live: those made before the measurement came, and all in hindsight.
// Not here: the forecasts of one planet (../prediction.js).

import { DataTable } from '../dataTable.js';
import { h, scroller, setText } from '../dom.js';
import { number, percent, t } from '../i18n.js';
import { behind } from '../links.js';
import { shareBar } from '../shareBar.js';

const groups = ['mass', 'radius', 'hindsight/mass', 'hindsight/radius'];
const heads = [
  'score.forecast', 'stats.n', 'score.median', 'score.factor', 'score.coverage68', 'score.coverage95',
];
const noScore = { n: 0, median_error_dex: null, coverage_68: null, coverage_95: null };

/** @type {Panel} */
export default {
  id: 'scoreboard', size: 'full', reads: ['scoreboard'], knowsRows: true,
  mount(frame) {
    const table = new DataTable();
    const waiting = h('p', { class: 'note', 'data-waiting': '' });
    frame.body.append(scroller(t('table.of', { name: frame.title }), table.element), waiting);
    frame.note(t('panel.scoreboard.about'));

    return {
      update(board) {
        table.show({
          caption: t('panel.scoreboard.caption'),
          columns: heads.map((head) => t(head)),
          rows: groups.map((group) => row(group, board.groups('scoreboard').get(group))),
        });
        setText(waiting, t('panel.scoreboard.waiting', {
          mass: board.count('scoreboard', 'waiting/mass'), radius: board.count('scoreboard', 'waiting/radius'),
        }));
      },
    };
  },
};

/** @param {string} group @param {Score | number | undefined} given */
function row(group, given) {
  const score = typeof given === 'object' ? given : noScore;
  const error = score.median_error_dex;
  return {
    key: group,
    head: t(`score.${group}`),
    cells: [
      { group: `${group}#n`, value: score.n, href: behind('scoreboard', group) },
      { group: `${group}#median_error_dex`, value: error },
      { text: error === null ? '–' : `× ${number(10 ** error)}` },
      { group: `${group}#coverage_68`, value: score.coverage_68, node: covered(score.coverage_68, 0.6827) },
      { group: `${group}#coverage_95`, value: score.coverage_95, node: covered(score.coverage_95, 0.9545) },
    ],
  };
}

/** @param {number | null} share @param {number} promised */
function covered(share, promised) {
  return h('span', { class: 'covered' }, share === null ? '–' : percent(share), shareBar(share ?? 0, promised));
}
