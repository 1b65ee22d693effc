// The table of planets: search, filters, sorting and pages, all done by GET /api/planets.
// Not here: one planet (planet.js).

import { Problem, request } from './api.js';
import { button, form, h, setText } from './dom.js';
import { tableItems } from './figure.js';
import { known, t, valueText } from './i18n.js';
import { planet as planetAddress } from './links.js';
import { menuButton } from './menu.js';
import { Pager } from './pager.js';
import { dispositionBadge } from './solutions.js';

const pageSize = 25;
const typingPauseMilliseconds = 250;
const refreshPauseMilliseconds = 3000;
/** `kind`: planets, a disposition, or all. */
const wholeTable = {
  q: '', kind: 'planets', discoverymethod: '', from: '', to: '', sort: '-disc_year,pl_name', offset: 0,
};

export class PlanetsTable {
  /** @param {HTMLElement} place @param {ViewContext} context */
  constructor(place, { board, schema, needs, remember }) {
    this.needs = needs;
    this.schema = schema;
    this.remember = remember;
    this.place = h('div', { id: 'planets-table', class: 'waiting' });
    place.append(this.place);
    this.query = { ...wholeTable };
    this.shown = false;
    /** @type {AbortController | null} */
    this.loading = null;
    this.typingTimer = 0;
    this.refreshTimer = 0;
    this.nearest = h('p', { role: 'status' });
    this.count = h('p', { class: 'note', role: 'status', 'data-planets-total': '' });
    this.body = h('tbody');
    this.heads = new Map(schema.essentials.map((name) => (
      [name, h('th', { scope: 'col', class: this.#cellClass(name) })])));
    // Planets came or changed: the page in view is asked for again, now and then.
    board.listeners.add((changed) => {
      if (!this.shown || !changed.has('newest') || this.refreshTimer !== 0) return;
      this.refreshTimer = setTimeout(() => {
        this.refreshTimer = 0;
        if (this.shown && !document.hidden) this.load();
      }, refreshPauseMilliseconds);
    });
  }

  /** Shows the table as an address has it.
   * @param {ViewParameters} params */
  show(params) {
    const { offset, ...texts } = wholeTable;
    const given = Object.entries(texts).map(([name, value]) => [name, params[name] ?? value]);
    const query = { ...Object.fromEntries(given), offset: Math.max(0, Math.floor(Number(params.offset)) || offset) };
    if (this.shown && JSON.stringify(query) === JSON.stringify(this.query)) return;
    this.query = query;
    this.shown = true;
    this.needs.set(this, ['newest']);
    this.build();
  }

  hide() {
    this.shown = false;
    this.needs.drop(this);
    this.loading?.abort();
  }

  /** What differs from the whole table. */
  #named() {
    const own = Object.entries(this.query).filter(([name, value]) => value !== Reflect.get(wholeTable, name));
    return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
  }

  /** Builds anew, in the current language. */
  build() {
    if (!this.shown) return;
    for (const [name, head] of this.heads) head.replaceChildren(this.#sortButton(name));
    this.pager = new Pager(pageSize, (offset) => this.load({ offset }));
    const table = h('table', { class: 'data planets' },
      h('caption', { class: 'unseen' }, t('planets.title')),
      h('thead', {}, h('tr', {}, [...this.heads.values()])), this.body);
    this.place.replaceChildren(h('div', { class: 'panel' },
      this.#filters(),
      h('div', { class: 'table-head' }, this.count, menuButton(t('menu.of', { title: t('planets.title') }), () => (
        tableItems(this.#call())))),
      h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('planets.title') }, table),
      this.nearest, this.pager.element));
    this.load();
  }

  #filters() {
    const year = { type: 'text', inputmode: 'numeric', maxlength: 4, size: 4 };
    const attributes = { class: 'filters', role: 'search', 'aria-label': t('planets.search') };
    return form(attributes, () => this.#search(0),
      this.#filter('q', { type: 'search', placeholder: 'Kepler-22 b' }),
      h('label', { class: 'stacked' }, h('span', {}, this.schema.label('discoverymethod')), this.#methods()),
      h('label', { class: 'stacked' }, h('span', {}, this.schema.label('disposition')), this.#kinds()),
      this.#filter('from', year),
      this.#filter('to', year),
      button(t('planets.reset'), () => this.#reset(), { class: 'quiet' }));
  }

  /** @param {'q' | 'from' | 'to'} name @param {Record<string, string | number>} attributes */
  #filter(name, attributes) {
    const input = h('input', { ...attributes, name, value: this.query[name], autocomplete: 'off' });
    input.addEventListener('input', () => {
      this.query[name] = input.value.trim();
      this.#search(typingPauseMilliseconds);
    });
    return h('label', { class: 'stacked' }, h('span', {}, t(`planets.${name}`)), input);
  }

  #methods() {
    const options = (this.schema.byName.get('discoverymethod')?.choices ?? []).map((name) => (
      h('option', { value: name, selected: name === this.query.discoverymethod }, known('method', name))));
    const select = h('select', { name: 'discoverymethod' }, h('option', { value: '' }, t('all')), options);
    select.addEventListener('change', () => {
      this.query.discoverymethod = select.value;
      this.#search(typingPauseMilliseconds);
    });
    return select;
  }

  /** Confirmed planets, what is none, or all. */
  #kinds() {
    const others = (this.schema.byName.get('disposition')?.choices ?? []).filter((name) => name !== 'CONFIRMED');
    const options = ['planets', ...others, 'all'].map((kind) => h('option',
      { value: kind, selected: kind === this.query.kind }, kind === 'all' ? t('all') : known('disposition', kind)));
    const select = h('select', { name: 'disposition' }, options);
    select.addEventListener('change', () => {
      this.query.kind = select.value;
      this.#search(typingPauseMilliseconds);
    });
    return select;
  }

  /** @param {string} name of a column */
  #sortButton(name) {
    const unit = this.schema.unit(name);
    return button([
      this.schema.label(name), unit && h('span', { class: 'unit' }, ` (${unit})`),
      h('span', { class: 'arrow', 'aria-hidden': 'true' }),
    ], () => this.#sortBy(name));
  }

  /** @param {string} name of a column */
  #cellClass(name) {
    return this.schema.isNumeric(name) ? 'number' : null;
  }

  /** Loads the first page of what the filters say.
   * @param {number} milliseconds to wait for more typing */
  #search(milliseconds) {
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => {
      this.load({ offset: 0 });
    }, milliseconds);
  }

  #reset() {
    this.query = { ...wholeTable };
    this.build();
    this.place.querySelector('input')?.focus();
  }

  /** @param {string} name */
  #sortBy(name) {
    const [first] = this.query.sort.split(',');
    const falling = first === name || (first !== `-${name}` && this.schema.isNumeric(name));
    this.load({ sort: `${falling ? '-' : ''}${name}${name === 'pl_name' ? '' : ',pl_name'}`, offset: 0 });
  }

  #parameters() {
    const { q, kind, discoverymethod, from, to, sort, offset } = this.query;
    const fields = [...this.schema.essentials, 'disposition'].join(',');
    const parameters = new URLSearchParams({ sort, offset: String(offset), limit: String(pageSize), fields });
    if (q) parameters.set('q', q);
    if (kind === 'planets') parameters.set('is_planet', 'true');
    else if (kind !== 'all') parameters.set('disposition', kind);
    if (discoverymethod) parameters.set('discoverymethod', discoverymethod);
    if (/^\d{4}$/.test(from)) parameters.set('disc_year.gte', from);
    if (/^\d{4}$/.test(to)) parameters.set('disc_year.lte', to);
    return parameters;
  }

  /** Of all planets that the filters let through. */
  #call() {
    const parameters = this.#parameters();
    for (const name of ['limit', 'offset']) parameters.delete(name);
    return `api/planets?${parameters}`;
  }

  /** @param {Partial<typeof wholeTable>} [change] of the query */
  async load(change) {
    Object.assign(this.query, change);
    this.remember(this.#named());
    this.loading?.abort();
    const controller = this.loading = new AbortController();
    try {
      const parameters = this.#parameters();
      const ask = () => request(`api/planets?${parameters}`, { signal: controller.signal });
      let answer = await ask();
      let { kind } = this.query;
      // Who looks for a name finds it, also where it is no planet's.
      if (answer.total === 0 && this.query.q && parameters.has('is_planet')) {
        parameters.delete('is_planet');
        answer = await ask();
        if (answer.total > 0) kind = 'all';
      }
      this.#show(answer, kind);
      const { q } = this.query;
      if (answer.total === 0 && q) this.#showNearest(await nearest(q, controller.signal));
    } catch (error) {
      if (controller.signal.aborted) return;
      this.place.classList.remove('waiting');
      setText(this.count, error instanceof Problem ? error.text : String(error));
    }
  }

  /** @param {PlanetsAnswer} answer @param {string} kind that it lists */
  #show(answer, kind) {
    // After withdrawals the page in view may be beyond the end.
    if (answer.planets.length === 0 && answer.total > 0 && this.query.offset > 0) {
      this.load({ offset: Math.floor((answer.total - 1) / pageSize) * pageSize });
      return;
    }
    this.nearest.replaceChildren();
    setText(this.count, t(kind === 'planets' ? 'planets.count' : 'planets.objects', { n: answer.total }));
    this.count.dataset.planetsTotal = String(answer.total);
    this.#markSorting();
    this.#showRows(answer.planets);
    this.pager?.show(this.query.offset, answer.total);
    this.place.classList.remove('waiting');
  }

  /** Nothing was found: names that were perhaps meant.
   * @param {string[]} names */
  #showNearest(names) {
    if (names.length === 0) return;
    this.nearest.replaceChildren(t('planets.nearest'), ' ', ...names.flatMap((name) => [
      button(name, () => {
        this.query.q = name;
        this.build();
        this.place.querySelector('input')?.focus();
      }, { class: 'quiet', 'data-nearest': '' }), ' ']));
  }

  #markSorting() {
    const [first] = this.query.sort.split(',');
    for (const [name, head] of this.heads) {
      if (first.replace('-', '') !== name) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', first.startsWith('-') ? 'descending' : 'ascending');
    }
  }

  /** The focus stays with the planet that has it.
   * @param {PlanetsAnswer['planets']} planets */
  #showRows(planets) {
    const focused = document.activeElement?.closest('#planets-table [data-key]')?.getAttribute('data-key');
    const rows = planets.map((planet) => this.#row(planet));
    this.body.replaceChildren(...rows);
    if (!focused) return;
    rows.find((row) => row.dataset.key === focused)?.querySelector('a')?.focus({ preventScroll: true });
  }

  /** @param {PlanetsAnswer['planets'][number]} planet */
  #row(planet) {
    return h('tr', { 'data-key': planet.key }, this.schema.essentials.map((name) => {
      if (name !== 'pl_name') return h('td', { class: this.#cellClass(name) }, valueText(name, planet[name]));
      const link = h('a', { href: planetAddress(planet.key) }, String(planet.pl_name ?? planet.key));
      return h('th', { scope: 'row' }, link, ' ', dispositionBadge(planet));
    }));
  }
}

/** @param {string} name that nobody has @param {AbortSignal} signal */
async function nearest(name, signal) {
  /** @type {ResolveAnswer} */
  const answer = await request(`api/resolve?name=${encodeURIComponent(name)}`, { signal });
  return answer.nearest.map((one) => one.name);
}
