// Why records were refused or marked: counts by rule.
// Not here: the records themselves, which the log's topic planet-rejected and the lake keep.

import { countCell, DataTable } from '../dataTable.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';

const lists = /** @type {const} */ (['rejects', 'warnings']);

/** @type {Panel} */
export default {
  id: 'rules', size: 'full', reads: ['rejects', 'warnings', 'totals'],
  mount(frame, schema) {
    const parts = lists.map((name) => {
      const table = new DataTable();
      const none = h('p', { class: 'note' }, t(`panel.rules.${name}.none`));
      frame.body.append(h('div', { class: 'rule-list', 'data-rules': name }, table.element, none));
      return { name, table, none };
    });
    return {
      update(board) {
        for (const { name, table, none } of parts) {
          const counts = [...board.groups(name)].sort((a, b) => b[1] - a[1]);
          none.hidden = counts.length > 0;
          table.element.hidden = counts.length === 0;
          table.show({
            caption: t(`panel.rules.${name}`),
            columns: [t('rule'), t('records')],
            rows: counts.map(([rule, value]) => (
              { key: `${name}/${rule}`, head: schema.ruleText(rule), cells: [countCell(name, rule, value)] })),
          });
        }
      },
    };
  },
};
