// Where each column's values come from: measured, minimum, forecast, bound, missing.
// Not here: refused records (rules.js).

import { h } from '../dom.js';
import { number, percent, t } from '../i18n.js';
import { behind } from '../links.js';

const kinds = /** @type {const} */ (['measured', 'minimum', 'forecast', 'bound', 'missing']);

/** @typedef {Groups['quality']} Shares counts by kind */

/** @type {Panel} */
export default {
  id: 'quality', size: 'full', reads: ['quality'],
  mount(frame, schema) {
    const list = h('ul', { class: 'shares' });
    frame.body.append(h('p', { class: 'legend' }, kinds.map(legendEntry)), list);
    const cut = frame.more(12);
    frame.note(t('panel.quality.about'));
    /** @type {Map<string, ReturnType<typeof makeRow>>} */
    const rows = new Map();

    /** @param {string} column */
    function rowOf(column) {
      const row = rows.get(column) ?? makeRow(column, schema.label(column));
      rows.set(column, row);
      return row;
    }

    return {
      update(board) {
        const elements = cut(ordered(board)).map(([column, shares]) => {
          const row = rowOf(column);
          row.show(shares);
          return row.element;
        });
        // Moving elements that are in place already would cost a layout at every frame.
        const inPlace = elements.length === list.children.length
          && elements.every((element, i) => list.children[i] === element);
        if (!inPlace) list.replaceChildren(...elements);
      },
      table: (board) => ({
        columns: [t('column'), ...kinds.map((kind) => t(`quality.${kind}`))],
        rows: ordered(board).map(([column, shares]) => ({
          key: column,
          head: schema.label(column),
          cells: kinds.map((kind) => ({
            group: `${column}#${kind}`, value: shares[kind], href: behind('quality', `${column}/${kind}`),
          })),
        })),
      }),
    };
  },
};

/** @param {typeof kinds[number]} kind */
function legendEntry(kind) {
  return h('span', {}, h('i', { class: `share ${kind}`, 'aria-hidden': 'true' }), t(`quality.${kind}`));
}

/** @param {string} column @param {string} label */
function makeRow(column, label) {
  const parts = kinds.map((kind) => h('i', { class: `share ${kind}` }));
  const measured = h('span', { class: 'share-number' });
  const element = h('li', { 'data-column': column },
    h('span', { class: 'share-name' }, label),
    h('span', { class: 'share-bar', 'aria-hidden': 'true' }, parts), measured);

  /** @param {Shares} shares */
  function show(shares) {
    const all = kinds.reduce((sum, kind) => sum + shares[kind], 0) || 1;
    kinds.forEach((kind, i) => {
      parts[i].hidden = shares[kind] === 0;
      parts[i].style.setProperty('width', `${(100 * shares[kind]) / all}%`);
    });
    measured.textContent = percent((shares.measured + shares.minimum) / all);
    element.title = kinds.map((kind) => `${t(`quality.${kind}`)} ${number(shares[kind])}`).join(', ');
  }
  return { element, show };
}

/** The most telling columns first: those with forecasts and bounds, then the fullest.
 * @param {Board} board */
function ordered(board) {
  const doubt = (/** @type {Shares} */ shares) => shares.forecast + shares.bound + shares.minimum;
  return [...board.groups('quality')].sort(([nameA, a], [nameB, b]) => (
    doubt(b) - doubt(a) || a.missing - b.missing || (nameA < nameB ? -1 : 1)));
}
