// Where each column's values come from: measured, minimum, forecast, bound, missing.
// Not here: refused records (rules.js).

import { h } from '../dom.js';
import { columnLabel } from '../labels.js';
import { number, percent, t } from '../i18n.js';
import { behind } from '../links.js';

const kinds = ['measured', 'minimum', 'forecast', 'bound', 'missing'];

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'quality', slot: 'health', size: 'full', reads: ['quality'],
  mount(frame) {
    const list = h('ul', { class: 'shares' });
    frame.body.append(
      h('p', { class: 'legend' }, kinds.map((kind) => h('span', {}, h('i', { class: `share ${kind}`, 'aria-hidden': 'true' }), t(`quality.${kind}`)))),
      list);
    frame.note(t('panel.quality.about'));
    /** @type {Map<string, {row: HTMLElement, parts: HTMLElement[], share: HTMLElement}>} */
    const rows = new Map();
    const more = h('button', { type: 'button', class: 'quiet', hidden: true, on: { click: () => { frame.state.set('everything', !frame.state.get('everything')); frame.redraw(); } } });
    frame.body.append(more);

    /** @param {string} column */
    function rowOf(column) {
      let made = rows.get(column);
      if (!made) {
        const parts = kinds.map((kind) => h('i', { class: `share ${kind}` }));
        const share = h('span', { class: 'share-number' });
        made = { row: h('li', { 'data-column': column }, h('span', { class: 'share-name' }, columnLabel(column)), h('span', { class: 'share-bar', 'aria-hidden': 'true' }, parts), share), parts, share };
        rows.set(column, made);
      }
      return made;
    }

    return {
      update(board) {
        const found = ordered(board);
        const shown = frame.state.get('everything') ? found : found.slice(0, 12);
        const elements = shown.map(([column, value]) => {
          const made = rowOf(column);
          const all = kinds.reduce((sum, kind) => sum + (value[kind] ?? 0), 0) || 1;
          kinds.forEach((kind, i) => {
            const share = (100 * (value[kind] ?? 0)) / all;
            made.parts[i].hidden = share === 0;
            made.parts[i].style.setProperty('width', `${share}%`);
          });
          made.share.textContent = percent((value.measured + value.minimum) / all);
          made.row.title = kinds.map((kind) => `${t(`quality.${kind}`)} ${number(value[kind] ?? 0)}`).join(', ');
          return made.row;
        });
        // Moving elements that are in place already would cost a layout at every frame.
        if (elements.length !== list.children.length || elements.some((element, i) => list.children[i] !== element)) list.replaceChildren(...elements);
        more.hidden = found.length <= 12;
        more.textContent = t(frame.state.get('everything') ? 'panel.quality.less' : 'panel.quality.more', { n: found.length });
        more.setAttribute('aria-expanded', String(frame.state.get('everything') === true));
      },
      table: (board) => ({
        caption: t('panel.quality.title'),
        columns: [t('column'), ...kinds.map((kind) => t(`quality.${kind}`))],
        rows: ordered(board).map(([column, value]) => ({ key: column, head: columnLabel(column), cells: kinds.map((kind) => ({ group: `${column}#${kind}`, value: value[kind] ?? 0, href: behind('quality', `${column}/${kind}`) })) })),
      }),
    };
  },
};

/** The columns whose shares say most come first: those with forecasts and bounds, then the fullest. @param {import('../board.js').Board} board @returns {[string, any][]} */
function ordered(board) {
  const doubt = (/** @type {any} */ value) => (value.forecast ?? 0) + (value.bound ?? 0) + (value.minimum ?? 0);
  return [...board.groups('quality')].sort((a, b) => doubt(b[1]) - doubt(a[1]) || (a[1].missing ?? 0) - (b[1].missing ?? 0) || (a[0] < b[0] ? -1 : 1));
}
