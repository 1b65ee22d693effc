// The table of planets: search, filters, sorting and pages, all done by GET /api/planets.
// Not here: one planet (planet.js).

import { Problem, request } from './api.js';
import { byId, h, setText } from './dom.js';
import { known, number, t } from './i18n.js';
import { columnLabel, columnUnit } from './labels.js';

const shownColumns = ['pl_name', 'hostname', 'discoverymethod', 'disc_year', 'disc_facility', 'pl_rade', 'pl_bmasse', 'pl_orbper', 'sy_dist'];
const numeric = new Set(['disc_year', 'pl_rade', 'pl_bmasse', 'pl_orbper', 'sy_dist']);
const pageSize = 25;
const typingPauseMilliseconds = 250;
const refreshPauseMilliseconds = 3000;

export class PlanetsTable {
  /** @param {import('./board.js').Board} board @param {string[]} methods @param {(key: string) => void} openPlanet */
  constructor(board, methods, openPlanet) {
    this.methods = methods;
    this.openPlanet = openPlanet;
    this.place = byId('planets-table');
    this.query = { q: '', discoverymethod: '', from: '', to: '', sort: '-disc_year,pl_name', offset: 0 };
    /** @type {AbortController | null} */
    this.loading = null;
    this.total = 0;
    this.refreshTimer = 0;
    this.build();
    // Planets came or changed: the page in view is asked for again, now and then.
    board.listeners.add((changed) => {
      if (!changed.has('newest') || this.refreshTimer !== 0) return;
      this.refreshTimer = setTimeout(() => { this.refreshTimer = 0; if (!document.hidden) this.load(); }, refreshPauseMilliseconds);
    });
  }

  build() {
    let timer = 0;
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(() => { this.query.offset = 0; this.load(); }, typingPauseMilliseconds);
    };
    const input = (/** @type {'q' | 'from' | 'to'} */ name, /** @type {any} */ attributes) => h('label', { class: 'stacked' }, h('span', {}, t(`planets.${name}`)),
      h('input', { ...attributes, name, value: this.query[name], autocomplete: 'off', on: { input: (/** @type {any} */ event) => { this.query[name] = event.target.value.trim(); changed(); } } }));
    const method = h('select', { name: 'discoverymethod', on: { change: (/** @type {any} */ event) => { this.query.discoverymethod = event.target.value; changed(); } } },
      h('option', { value: '' }, t('all')), this.methods.map((name) => h('option', { value: name, selected: name === this.query.discoverymethod }, known('method', name))));
    this.count = h('p', { class: 'note', role: 'status', 'data-planets-total': '' });
    this.body = h('tbody');
    this.heads = new Map(shownColumns.map((name) => [name, h('th', { scope: 'col', class: numeric.has(name) ? 'number' : null },
      h('button', { type: 'button', on: { click: () => this.#sortBy(name) } }, columnLabel(name), columnUnit(name) ? h('span', { class: 'unit' }, ` (${columnUnit(name)})`) : null, h('span', { class: 'arrow', 'aria-hidden': 'true' })))]));
    this.previous = h('button', { type: 'button', on: { click: () => this.#turn(-1) } }, t('planets.previous'));
    this.next = h('button', { type: 'button', on: { click: () => this.#turn(1) } }, t('planets.next'));
    this.pages = h('span', { class: 'pages' });
    this.place.replaceChildren(h('div', { class: 'panel' },
      h('form', { class: 'filters', role: 'search', 'aria-label': t('planets.search'), on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); this.query.offset = 0; this.load(); } } },
        input('q', { type: 'search', placeholder: 'Kepler-22 b' }), h('label', { class: 'stacked' }, h('span', {}, columnLabel('discoverymethod')), method),
        input('from', { type: 'text', inputmode: 'numeric', maxlength: 4, size: 4 }), input('to', { type: 'text', inputmode: 'numeric', maxlength: 4, size: 4 }),
        h('button', { type: 'button', class: 'quiet', on: { click: () => this.#reset() } }, t('planets.reset'))),
      this.count,
      h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-labelledby': 'planets-title' },
        h('table', { class: 'data planets' }, h('caption', { class: 'unseen' }, t('planets.title')), h('thead', {}, h('tr', {}, [...this.heads.values()])), this.body)),
      h('nav', { class: 'pager', 'aria-label': t('planets.pager') }, this.previous, this.pages, this.next)));
    this.load();
  }

  #reset() {
    this.query = { q: '', discoverymethod: '', from: '', to: '', sort: '-disc_year,pl_name', offset: 0 };
    this.build();
    this.place.querySelector('input')?.focus();
  }

  /** @param {string} name */
  #sortBy(name) {
    const first = this.query.sort.split(',')[0];
    const falling = first === name || (first !== `-${name}` && numeric.has(name));
    this.query.sort = `${falling ? '-' : ''}${name}${name === 'pl_name' ? '' : ',pl_name'}`;
    this.query.offset = 0;
    this.load();
  }

  /** @param {number} pages */
  #turn(pages) {
    const offset = this.query.offset + pages * pageSize;
    if (offset < 0 || offset >= this.total) return;
    this.query.offset = offset;
    this.load();
  }

  #parameters() {
    const { q, discoverymethod, from, to, sort, offset } = this.query;
    const parameters = new URLSearchParams({ sort, offset: String(offset), limit: String(pageSize), fields: shownColumns.join(',') });
    if (q) parameters.set('q', q);
    if (discoverymethod) parameters.set('discoverymethod', discoverymethod);
    if (/^\d{4}$/.test(from)) parameters.set('disc_year.gte', from);
    if (/^\d{4}$/.test(to)) parameters.set('disc_year.lte', to);
    return parameters;
  }

  async load() {
    this.loading?.abort();
    const controller = this.loading = new AbortController();
    try {
      const { body } = await request(`api/planets?${this.#parameters()}`, { signal: controller.signal });
      this.#show(body);
    } catch (error) {
      if (controller.signal.aborted) return;
      setText(this.count, error instanceof Problem && error.status !== 0 ? [error.title, error.detail].filter(Boolean).join(': ') : t('form.unreachable'));
    }
  }

  /** @param {{total: number, offset: number, planets: any[]}} answer */
  #show(answer) {
    this.total = answer.total;
    // After withdrawals the page in view may lie beyond the end.
    if (answer.planets.length === 0 && answer.total > 0 && this.query.offset > 0) {
      this.query.offset = Math.floor((answer.total - 1) / pageSize) * pageSize;
      this.load();
      return;
    }
    setText(this.count, t('planets.count', { n: answer.total }));
    this.count.dataset.planetsTotal = String(answer.total);
    const [first] = this.query.sort.split(',');
    for (const [name, head] of this.heads) {
      if (first.replace('-', '') === name) head.setAttribute('aria-sort', first.startsWith('-') ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
    const focused = document.activeElement?.closest('#planets-table [data-key]')?.getAttribute('data-key');
    this.body.replaceChildren(...answer.planets.map((planet) => this.#row(planet)));
    if (focused) [...this.body.children].find((row) => row.getAttribute('data-key') === focused)?.querySelector('a')?.focus({ preventScroll: true });
    const page = Math.floor(this.query.offset / pageSize) + 1;
    setText(this.pages, t('planets.page', { page, pages: Math.max(1, Math.ceil(answer.total / pageSize)) }));
    this.previous.setAttribute('aria-disabled', String(this.query.offset === 0));
    this.next.setAttribute('aria-disabled', String(this.query.offset + pageSize >= answer.total));
  }

  /** @param {any} planet */
  #row(planet) {
    return h('tr', { 'data-key': planet.key }, shownColumns.map((name) => {
      if (name === 'pl_name') {
        return h('th', { scope: 'row' }, h('a', { href: `#/planet/${encodeURIComponent(planet.key)}`, on: { click: (/** @type {Event} */ event) => { event.preventDefault(); this.openPlanet(planet.key); } } }, planet.pl_name ?? planet.key));
      }
      const value = planet[name];
      const text = value === null || value === undefined ? '–' : name === 'disc_year' ? String(value) : typeof value === 'number' ? number(value) : known('method', value);
      return h('td', { class: numeric.has(name) ? 'number' : null }, text);
    }));
  }
}
