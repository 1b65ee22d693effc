// Why records were refused or marked: counts by rule.
// Not here: the records themselves, which the log's topic planet-rejected and the lake keep.

import { h } from '../dom.js';
import { DataTable } from '../dataTable.js';
import { ruleText, t } from '../i18n.js';
import { behind } from '../links.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'rules', slot: 'health', size: 'half', reads: ['rejects', 'warnings', 'totals'],
  mount(frame) {
    const parts = ['rejects', 'warnings'].map((name) => {
      const table = new DataTable();
      const none = h('p', { class: 'note' }, t(`panel.rules.${name}.none`));
      frame.body.append(h('div', { class: 'rule-list', 'data-rules': name }, table.element, none));
      return { name, table, none };
    });
    return {
      update(board) {
        for (const { name, table, none } of parts) {
          const rows = [...board.groups(name)].sort((a, b) => b[1] - a[1]);
          none.hidden = rows.length > 0;
          table.element.hidden = rows.length === 0;
          table.show({
            caption: t(`panel.rules.${name}`),
            columns: [t('rule'), t('records')],
            rows: rows.map(([rule, count]) => ({ key: `${name}/${rule}`, head: ruleText(rule), cells: [{ group: rule, value: count, href: behind(name, rule) }] })),
          });
        }
      },
    };
  },
};
