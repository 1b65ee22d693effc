// Planets by what is predicted of them: type and zone together, and each classification by itself, as tables with bars.
// Not here: planets one by one (candidates.js, zoneDiagram.js).

import { countCell, DataTable } from '../dataTable.js';
import { h, scroller } from '../dom.js';
import { known, t } from '../i18n.js';
import { shareBar } from '../shareBar.js';

/** Aggregate, member of the prediction, and prefix of its texts. */
const lists = /** @type {const} */ ([
  ['by_zone', 'hz_class', 'zone'],
  ['by_type', 'pl_type', 'type'],
  ['by_nasa_type', 'nasa_type', 'nasa'],
  ['by_temperature', 'temp_class', 'temperature'],
  ['by_habitability', 'habitable', 'rank'],
]);

/** @type {Panel} */
export default {
  id: 'predictedCounts', size: 'full',
  reads: ['by_zone_type', 'by_zone', 'by_type', 'by_nasa_type', 'by_temperature', 'by_habitability'],
  knowsRows: true,
  mount(frame, schema) {
    const matrix = new DataTable();
    const tables = lists.map(() => new DataTable());
    /** All values of a member, and the group of the planets that have none.
     * @param {typeof lists[number][1]} member */
    const groups = (member) => [...schema.predictions[member].map(String), 'null'];
    frame.body.append(
      scroller(t('counts.by_zone_type'), matrix.element),
      h('div', { class: 'count-lists' },
        tables.map((table, i) => h('div', { 'data-counts': lists[i][0] }, table.element))));
    frame.note(`${t('panel.predictedCounts.about')} ${t('habitable.meaning')}`);

    return {
      update(board) {
        matrix.show({
          caption: t('counts.by_zone_type'),
          columns: [t('type'), ...groups('hz_class').map((zone) => known('zone', zone))],
          rows: groups('pl_type').map((type) => ({
            key: type,
            head: known('type', type),
            cells: groups('hz_class').map((zone) => cell(board, 'by_zone_type', `${zone}/${type}`)),
          })),
        });
        lists.forEach(([aggregate, member, prefix], i) => {
          const total = [...board.groups(aggregate).values()].reduce((sum, value) => sum + value, 0) || 1;
          tables[i].show({
            caption: t(`counts.${aggregate}`),
            columns: [t(`counts.${aggregate}.head`), t('totals.planets'), t('share')],
            rows: groups(member).map((group) => ({
              key: group,
              head: known(prefix, group),
              cells: [
                { ...cell(board, aggregate, group), group: `${aggregate}/${group}` },
                { node: shareBar(board.count(aggregate, group) / total) },
              ],
            })),
          });
        });
      },
    };
  },
};

/** @param {Board} board @param {AggregateName} aggregate @param {string} group */
const cell = (board, aggregate, group) => countCell(aggregate, group, board.count(aggregate, group));
