// Statistics of a quantity by method: the numbers, and their spread as a small box on a log axis.
// Not here: the computing, which the server does.

import { DataTable } from '../dataTable.js';
import { h, scroller, setText, svg } from '../dom.js';
import { known, number, t } from '../i18n.js';
import { behind } from '../links.js';

const quantities = ['pl_rade', 'pl_bmasse', 'pl_orbper', 'sy_dist'];
const figures = /** @type {const} */ (['n', 'mean', 'sd', 'q05', 'q25', 'median', 'q75', 'q95', 'min', 'max']);

/** @type {Panel} */
export default {
  id: 'stats', size: 'full', reads: ['stats'],
  mount(frame) {
    const quantity = frame.select('quantity', quantities);
    const mode = frame.choice('mode', ['measured', 'all']);
    const table = new DataTable();
    const precision = h('p', { class: 'note', 'data-quantiles': '' });
    frame.body.append(scroller(t('table.of', { name: frame.title }), table.element), precision);
    frame.note(t('panel.stats.about'));

    return {
      update(board) {
        const rows = read(board, quantity(), mode());
        const ends = rows.flatMap(({ value }) => [value.q05, value.q95]).filter((value) => value > 0);
        const low = Math.log10(Math.min(...ends));
        const high = Math.log10(Math.max(...ends));
        table.show({
          caption: `${t(`choice.quantity.${quantity()}`)}, ${t(`choice.mode.${mode()}`)}`,
          columns: [t('method'), ...figures.map((figure) => t(`stats.${figure}`)), t('stats.spread')],
          rows: rows.map(({ name, group, value }) => ({
            key: group,
            head: name === 'all' ? t('all') : known('method', name),
            cells: [
              ...figures.map((figure) => ({
                group: `${group}#${figure}`,
                value: value[figure],
                href: figure === 'n' ? behind('stats', group) : undefined,
              })),
              { node: box(value, low, high) },
            ],
          })),
        });
        table.element.dataset.quantity = quantity();
        table.element.dataset.mode = mode();
        const isSketch = rows.some(({ value }) => value.quantiles === 'sketch');
        setText(precision, t(isSketch ? 'stats.sketch' : 'stats.exact'));
      },
    };
  },
};

/** All methods together first, then by number of planets.
 * @param {Board} board @param {string} quantity @param {string} mode */
function read(board, quantity, mode) {
  const rows = [];
  for (const [group, value] of board.groups('stats')) {
    if (!value || !group.startsWith(`${quantity}/`) || !group.endsWith(`/${mode}`)) continue;
    rows.push({ name: group.slice(quantity.length + 1, group.length - mode.length - 1), group, value });
  }
  return rows.sort((a, b) => Number(b.name === 'all') - Number(a.name === 'all') || b.value.n - a.value.n);
}

/** Whiskers at 5 and 95 %, box from 25 to 75 %, a bar at the median.
 * @param {Stats} value @param {number} low @param {number} high */
function box(value, low, high) {
  const place = (/** @type {number} */ given) => {
    const share = high > low ? (Math.log10(Math.max(given, 1e-12)) - low) / (high - low) : 0.5;
    return 4 + 112 * share;
  };
  const [a, b, c, d, e] = [value.q05, value.q25, value.median, value.q75, value.q95].map(place);
  const words = [value.q05, value.median, value.q95].map(number).join(' – ');
  const size = { viewBox: '0 0 120 18', width: 120, height: 18 };
  return svg('svg', { ...size, class: 'spread', role: 'img', 'aria-label': words },
    svg('line', { x1: a, x2: e, y1: 9, y2: 9, class: 'whisker' }),
    svg('rect', { x: b, y: 3, width: Math.max(1.5, d - b), height: 12, rx: 2, class: 'box' }),
    svg('line', { x1: c, x2: c, y1: 2, y2: 16, class: 'middle' }));
}
