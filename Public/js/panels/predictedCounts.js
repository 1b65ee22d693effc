// Planets by what is predicted of them: type and zone together, and each classification by itself, as tables with bars.
// Not here: planets one by one (candidates.js, zoneDiagram.js).

import { DataTable } from '../dataTable.js';
import { h, svg } from '../dom.js';
import { known, percent, t } from '../i18n.js';
import { behind } from '../links.js';

const types = ['Miniterran', 'Subterran', 'Terran', 'Superterran', 'Neptunian', 'Jovian', 'null'];
const zones = ['hot', 'optimistic', 'conservative', 'cold', 'null'];

/** Aggregate, prefix of its texts, and its groups in their natural order. @type {[string, string, string[]][]} */
const lists = [
  ['by_zone', 'zone', zones],
  ['by_type', 'type', types],
  ['by_nasa_type', 'nasa', ['Terrestrial', 'Super Earth', 'Neptune-like', 'Gas Giant', 'null']],
  ['by_temperature', 'temperature', ['Hot', 'Warm', 'Cold', 'null']],
  ['by_habitability', 'rank', ['2', '1', '0', 'null']],
];

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'predictedCounts', slot: 'predictions', size: 'full', reads: ['by_zone_type', ...lists.map(([aggregate]) => aggregate)],
  mount(frame) {
    const matrix = new DataTable();
    const tables = lists.map(() => new DataTable());
    frame.body.append(
      h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('counts.by_zone_type') }, matrix.element),
      h('div', { class: 'count-lists' }, tables.map((table, i) => h('div', { 'data-counts': lists[i][0] }, table.element))));
    frame.note(t('panel.predictedCounts.about'), ' ', t('habitable.meaning'));

    return {
      update(board) {
        matrix.show({
          caption: t('counts.by_zone_type'),
          columns: [t('type'), ...zones.map((zone) => known('zone', zone))],
          rows: types.map((type) => ({ key: type, head: known('type', type), cells: zones.map((zone) => ({ group: `${zone}/${type}`, value: board.count('by_zone_type', `${zone}/${type}`), href: behind('by_zone_type', `${zone}/${type}`) })) })),
        });
        lists.forEach(([aggregate, prefix, groups], i) => {
          const total = [...board.groups(aggregate).values()].reduce((sum, value) => sum + value, 0);
          tables[i].show({
            caption: t(`counts.${aggregate}`),
            columns: [t(`counts.${aggregate}.head`), t('totals.planets'), t('share')],
            rows: groups.map((group) => {
              const value = board.count(aggregate, group);
              return { key: group, head: known(prefix, group), cells: [{ group: `${aggregate}/${group}`, value, href: behind(aggregate, group) }, { node: bar(total > 0 ? value / total : 0) }] };
            }),
          });
        });
      },
    };
  },
};

/** @param {number} share */
function bar(share) {
  return svg('svg', { class: 'count-bar', viewBox: '0 0 100 12', width: 100, height: 12, role: 'img', 'aria-label': percent(share) },
    svg('rect', { x: 0, y: 1, width: 100, height: 10, rx: 2, class: 'trough' }),
    share > 0 ? svg('rect', { x: 0, y: 1, width: Math.max(1, share * 100), height: 10, rx: 2, class: 'filled' }) : null);
}
