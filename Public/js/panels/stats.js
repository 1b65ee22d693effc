// Statistics of a quantity by method: the numbers, and their spread as a small box on a log axis.
// Not here: the computing, which the server does.

import { h, svg } from '../dom.js';
import { DataTable } from '../dataTable.js';
import { known, number, t } from '../i18n.js';
import { behind } from '../links.js';

const quantities = ['pl_rade', 'pl_bmasse', 'pl_orbper', 'sy_dist'];
const figures = ['n', 'mean', 'sd', 'q05', 'q25', 'median', 'q75', 'q95', 'min', 'max'];

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'stats', slot: 'charts', size: 'full', reads: ['stats'],
  mount(frame) {
    const quantity = frame.select('quantity', quantities.map((name) => [name, t(`quantity.${name}`)]), 'pl_rade', () => frame.redraw());
    const mode = frame.choice('mode', [['measured', t('mode.measured')], ['all', t('mode.all')]], 'measured', () => frame.redraw());
    const table = new DataTable();
    const precision = h('p', { class: 'note', 'data-quantiles': '' });
    frame.body.append(h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('panel.stats.title') }, table.element), precision);
    frame.note(t('panel.stats.about'));

    return {
      update(board) {
        const rows = read(board, quantity(), mode());
        const values = rows.flatMap((row) => [row.value.q05, row.value.q95]).filter((value) => value > 0);
        const low = Math.log10(Math.min(...values));
        const high = Math.log10(Math.max(...values));
        table.show({
          caption: `${t(`quantity.${quantity()}`)}, ${t(`mode.${mode()}`)}`,
          columns: [t('method'), ...figures.map((figure) => t(`stats.${figure}`)), t('stats.spread')],
          rows: rows.map(({ name, group, value }) => ({
            key: group, head: name === 'all' ? t('all') : known('method', name),
            cells: [...figures.map((figure) => ({ group: `${group}#${figure}`, value: value[figure] ?? null, href: figure === 'n' ? behind('stats', group) : undefined })), { node: box(value, low, high) }],
          })),
        });
        table.element.dataset.quantity = quantity();
        table.element.dataset.mode = mode();
        const kinds = new Set(rows.map((row) => row.value.quantiles));
        precision.textContent = kinds.has('sketch') ? t('stats.sketch') : t('stats.exact');
      },
    };
  },
};

/** @param {import('../board.js').Board} board @param {string} quantity @param {string} mode */
function read(board, quantity, mode) {
  const rows = [];
  for (const [group, value] of board.groups('stats')) {
    if (!value || !group.startsWith(`${quantity}/`) || !group.endsWith(`/${mode}`)) continue;
    rows.push({ name: group.slice(quantity.length + 1, group.length - mode.length - 1), group, value });
  }
  return rows.sort((a, b) => (b.name === 'all' ? 1 : 0) - (a.name === 'all' ? 1 : 0) || b.value.n - a.value.n);
}

/** Whiskers at 5 and 95 %, box from 25 to 75 %, a bar at the median. @param {any} value @param {number} low @param {number} high */
function box(value, low, high) {
  const place = (/** @type {number} */ number) => 4 + 112 * (high > low ? (Math.log10(Math.max(number, 1e-12)) - low) / (high - low) : 0.5);
  const [a, b, c, d, e] = ['q05', 'q25', 'median', 'q75', 'q95'].map((name) => place(value[name]));
  return svg('svg', { class: 'spread', viewBox: '0 0 120 18', width: 120, height: 18, role: 'img', 'aria-label': `${number(value.q05)} – ${number(value.median)} – ${number(value.q95)}` },
    svg('line', { x1: a, x2: e, y1: 9, y2: 9, class: 'whisker' }),
    svg('rect', { x: b, y: 3, width: Math.max(1.5, d - b), height: 12, rx: 2, class: 'box' }),
    svg('line', { x1: c, x2: c, y1: 2, y2: 16, class: 'middle' }));
}
