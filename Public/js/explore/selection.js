// The planets that pass all brushes, as a list: the first hundred in a table, all of them to take away.
// Not here: which these are (crossfilter.js).

import { h, scroller, tableHead } from '../dom.js';
import { copyAddress, saveCsv } from '../export.js';
import { tableItems } from '../figure.js';
import { t } from '../i18n.js';
import { planet as planetAddress } from '../links.js';
import { menuButton } from '../menu.js';
import { Sight } from '../sight.js';
import { axisTitle, isCategory, originOf } from './choices.js';
import { valueOf } from './scatter.js';

const mostRows = 100;

export class Selection {
  /** @param {Schema} schema */
  constructor(schema) {
    this.schema = schema;
    /** @type {number[]} */
    this.chosen = [];
    /** @type {string[]} */
    this.names = [];
    /** @type {string | null} */
    this.call = null;
    /** @type {import('./columns.js').Columns | null} */
    this.columns = null;
    this.title = h('h2', { id: 'explore-selection-title' });
    this.body = h('div', {});
    /** The largest of it first.
     * @type {ArrayLike<number>} */
    this.order = [];
    this.element = h('section', {
      class: 'panel full', id: 'explore-selection', 'aria-labelledby': 'explore-selection-title',
    }, h('div', { class: 'panel-head' }, this.title,
      menuButton(t('menu.of', { title: t('explore.selection') }), () => this.#items())), this.body);
    this.sight = new Sight(this.element, () => this.#fill());
  }

  destroy() {
    this.sight.destroy();
  }

  /** @param {import('./columns.js').Columns} columns @param {import('./state.js').State} state
   * @param {number[]} chosen rows of the planets @param {ArrayLike<number>} order the largest of it first */
  show(columns, state, chosen, order) {
    this.columns = columns;
    this.chosen = chosen;
    this.order = order;
    this.names = [...new Set([state.x, state.y, state.colour, state.size, state.hist].filter(Boolean))];
    this.call = apiCall(state, this.schema);
    this.title.textContent = t('explore.selected', { n: chosen.length });
    this.element.dataset.selected = String(chosen.length);
    this.#fill();
  }

  /** The table, where the reader sees it. */
  #fill() {
    const { columns, chosen, order } = this;
    if (!columns || !this.sight.isDue()) return;
    const value = (/** @type {number} */ i) => (Number.isNaN(order[i]) ? -Infinity : order[i]);
    const first = [...chosen].sort((a, b) => value(b) - value(a)).slice(0, mostRows);
    const rows = first.map((i) => h('tr', { 'data-key': columns.keys[i] },
      h('th', { scope: 'row' }, h('a', { href: planetAddress(columns.keys[i]) }, columns.text('pl_name')[i])),
      h('td', { class: 'word' }, columns.text('hostname')[i]),
      this.names.map((name) => h('td', { class: isCategory(name) ? 'word' : 'number' },
        valueOf(columns, this.schema, name, i)))));
    const heads = [this.schema.label('pl_name'), this.schema.label('hostname'), ...this.names.map((name) => (
      axisTitle(this.schema, name)))];
    const table = h('table', { class: 'data planets' },
      h('caption', { class: 'unseen' }, t('explore.selection')), tableHead(heads), h('tbody', {}, rows));
    this.body.replaceChildren(scroller(t('explore.selection'), table),
      chosen.length > mostRows ? h('p', { class: 'note' }, t('explore.first', { n: mostRows })) : '');
  }

  /** @returns {import('../menu.js').Item[]} */
  #items() {
    const { call } = this;
    return [
      { text: t('menu.csv'), act: () => this.#save() },
      // The CSV is made here: it has the brush on the map, which the API has no words for.
      ...(call ? tableItems(call).slice(1) : [{ text: t('menu.address'), act: () => copyAddress() }]),
    ];
  }

  /** Of all that pass, with errors and limits. */
  table() {
    const { columns, names, chosen } = this;
    if (!columns) return { columns: [], rows: [] };
    const companions = names.flatMap((name) => [name, ...this.schema.companions(name).map((column) => column.name)]);
    const all = ['pl_name', 'hostname', ...companions].filter((name) => columns.texts.has(name));
    return {
      columns: ['key', ...all], rows: chosen.map((i) => [columns.keys[i], ...all.map((name) => columns.text(name)[i])]),
    };
  }

  #save() {
    const { columns, rows } = this.table();
    const about = { title: t('explore.selection'), count: t('planets.count', { n: rows.length }) };
    saveCsv(about, columns, rows);
  }
}

/** The same list by the API; null where a brush on the map has no such words. What the axes can't show stays out.
 * @param {import('./state.js').State} state @param {Schema} schema */
function apiCall(state, schema) {
  if (state.sky || state.only.includes('')) return null;
  const query = new URLSearchParams({ is_planet: 'true' });
  const names = [...new Set([state.x, state.y, state.colour, state.size, state.hist].filter(Boolean))];
  const companions = names.flatMap((name) => [name, ...schema.companions(name).map((column) => column.name)]);
  query.set('columns', ['pl_name', 'hostname', ...companions].join(','));
  const bound = (/** @type {string} */ name, /** @type {[number, number] | undefined | null} */ range,
    /** @type {boolean} */ log) => {
    if (range) {
      query.append(`${name}.gte`, String(range[0]));
      query.append(`${name}.lte`, String(range[1]));
    } else if (log) query.append(`${name}.gt`, '0');
    else query.append(`${name}.null`, 'false');
  };
  bound(state.x, state.box?.x, state.xlog);
  bound(state.y, state.box?.y, state.ylog);
  if (state.range) bound(state.hist, state.range, false);
  for (const word of state.only) query.append(state.colour, word);
  if (!state.forecasts) {
    for (const origin of new Set([state.x, state.y].map(originOf))) if (origin) query.set(`${origin}.ne`, 'forecast');
  }
  return `api/planets?${query}`;
}
