// One planet: its predictions, its values with errors, where they come from, its history, and the withdrawal. At #/planet/KEY.
// Not here: the table of all planets (table.js), and how predictions are shown (prediction.js).

import { Problem, request } from './api.js';
import { byId, h } from './dom.js';
import { predictionSection } from './prediction.js';
import { dateTime, exact, known, number, t } from './i18n.js';
import { receipt } from './links.js';

export class PlanetDialog {
  /** @param {import('./columns.js').Columns} columns @param {(planet: Record<string, any>) => void} revise */
  constructor(columns, revise) {
    this.columns = columns;
    this.revise = revise;
    this.dialog = byId('planet-dialog');
    this.key = '';
    this.dialog.addEventListener('close', () => this.#closed());
    this.dialog.addEventListener('click', (/** @type {MouseEvent} */ event) => { if (event.target === this.dialog) this.dialog.close(); });
    addEventListener('hashchange', () => this.follow());
  }

  /** @param {string} key */
  open(key) {
    location.hash = `#/planet/${encodeURIComponent(key)}`;
  }

  /** Shows what the address says. */
  follow() {
    const found = /^#\/planet\/(.+)$/.exec(location.hash);
    if (!found) {
      if (this.dialog.open) this.dialog.close();
      return;
    }
    try {
      this.key = decodeURIComponent(found[1]);
    } catch {
      this.key = found[1];
    }
    this.load();
  }

  relabel() {
    if (this.dialog.open) this.load();
  }

  async load() {
    const { key } = this;
    if (!this.dialog.open) {
      this.dialog.replaceChildren(this.#head(key), h('p', { class: 'note' }, t('planet.loading')));
      this.dialog.showModal();
    }
    try {
      const { body } = await request(`api/planets/${encodeURIComponent(key)}`);
      // A withdrawn planet has no predictions: asking would be a 404.
      const predicted = body.planet ? await predictionSection(key) : null;
      if (key === this.key) this.#show(body, predicted);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.dialog.replaceChildren(this.#head(key), h('p', { role: 'alert' }, error.status === 404 ? t('planet.unknown') : error.status === 0 ? t('form.unreachable') : error.title));
    }
  }

  /** The address no longer names the planet; the page stays where it was. */
  #closed() {
    if (location.hash.startsWith('#/planet/')) history.replaceState(null, '', location.pathname + location.search);
  }

  /** @param {string} name */
  #head(name) {
    return h('div', { class: 'dialog-head' }, h('h2', { id: 'planet-dialog-title', tabindex: '-1', autofocus: true }, name),
      h('button', { type: 'button', class: 'quiet', on: { click: () => this.dialog.close() } }, t('close')));
  }

  /** @param {any} answer @param {HTMLElement | null} predicted */
  #show(answer, predicted) {
    // A withdrawn planet may have no values any more: its last ones are in its history.
    const last = [...(answer.history ?? [])].reverse().find((/** @type {any} */ entry) => entry.planet && entry.change !== 'late' && !entry.planet.alias_of)?.planet;
    const planet = answer.planet ?? last ?? {};
    const line = [planet.hostname && t('planet.of', { host: planet.hostname }), planet.discoverymethod && known('method', planet.discoverymethod), planet.disc_year && String(planet.disc_year), planet.disc_facility].filter(Boolean).join(' · ');
    this.dialog.dataset.key = answer.key;
    this.dialog.dataset.revision = answer.revision;
    this.dialog.dataset.withdrawn = String(answer.withdrawn === true);
    this.dialog.replaceChildren(...[
      this.#head(planet.pl_name ?? answer.key),
      h('p', { class: 'note' }, line),
      answer.withdrawn ? h('p', { class: 'withdrawn', role: 'status' }, t('planet.withdrawn')) : null,
      h('p', { class: 'note' }, t('planet.key', { key: answer.key, revision: String(answer.revision) })),
      answer.aliases ? h('p', { class: 'note', 'data-aliases': '' }, t('planet.aliases', { names: answer.aliases.join(', ') })) : null,
      predicted,
      h('h3', {}, t('planet.values')),
      h('div', { class: 'value-groups' }, this.columns.grouped().map((group) => this.#group(group, planet)).filter(Boolean)),
      h('h3', {}, t('planet.history')),
      h('ol', { class: 'history', reversed: true }, [...(answer.history ?? [])].reverse().map((entry, i, all) => this.#entry(entry, all.slice(i + 1).find((/** @type {any} */ earlier) => earlier.change !== 'late')))),
      this.#actions(answer, planet),
    ].filter((part) => part !== null));
    this.dialog.querySelector('h2')?.focus();
  }

  /** @param {{title: string, columns: import('./columns.js').Column[]}} group @param {any} planet */
  #group(group, planet) {
    const given = group.columns.filter((column) => planet[column.name] !== null && planet[column.name] !== undefined);
    if (given.length === 0) return null;
    return h('section', {}, h('h3', {}, group.title), h('dl', { class: 'values' }, given.map((column) => [
      h('dt', {}, this.columns.label(column.name)), h('dd', { 'data-value-of': column.name }, this.#value(column, planet)),
    ])));
  }

  /** @param {import('./columns.js').Column} column @param {any} planet */
  #value(column, planet) {
    const { name, type } = column;
    const value = planet[name];
    if (type === 'boolean' || type === 'flag') return t(value === true || value === 1 ? 'yes' : 'no');
    if (typeof value !== 'number' || name === 'disc_year') return known('method', String(value));
    const unit = this.columns.unit(name);
    const bound = planet[`${name}lim`];
    const up = planet[`${name}err1`];
    const down = planet[`${name}err2`];
    const errors = [typeof up === 'number' ? `+${number(up)}` : '', typeof down === 'number' ? `−${number(Math.abs(down))}` : ''].filter(Boolean);
    const kind = provenance(name, planet);
    return [
      h('span', { class: 'figure-value', title: exact(value) }, `${bound === 1 ? '≤ ' : bound === -1 ? '≥ ' : ''}${type === 'integer' ? exact(value) : number(value)}`),
      errors.length > 0 ? h('span', { class: 'plus-minus' }, ` ${errors.join(' / ')}`) : null,
      unit ? h('span', { class: 'unit' }, ` ${unit}`) : null,
      kind ? h('span', { class: `badge ${kind}` }, t(`quality.${kind}`)) : null,
    ];
  }

  /** @param {any} entry @param {any} before the revision before it */
  #entry(entry, before) {
    const changed = entry.change === 'revision' && entry.planet && before?.planet
      ? [...new Set([...Object.keys(entry.planet), ...Object.keys(before.planet)])].filter((name) => entry.planet[name] !== before.planet[name] && this.columns.byName.has(name)) : [];
    return h('li', { value: entry.revision }, h('span', { class: `badge ${entry.change}` }, known('change', entry.change)), ' ',
      h('time', { datetime: new Date(entry.timestamp).toISOString() }, dateTime(entry.timestamp)), ' ',
      h('a', { class: 'address', href: receipt(entry.partition, entry.offset) }, t('planet.address', { partition: String(entry.partition), offset: String(entry.offset) })),
      changed.length > 0 ? h('ul', {}, changed.slice(0, 12).map((name) => h('li', {}, `${this.columns.label(name)}: ${before.planet[name] ?? '–'} → ${entry.planet[name] ?? '–'}`))) : null);
  }

  /** @param {any} answer @param {any} planet */
  #actions(answer, planet) {
    const place = h('div', { class: 'actions' });
    const message = h('p', { role: 'alert', class: 'error', hidden: true });
    const start = () => {
      const withdraw = h('button', { type: 'button', class: 'danger', 'data-withdraw': '', on: { click: ask } }, t('planet.withdraw'));
      place.replaceChildren(h('button', { type: 'button', 'data-revise': '', on: { click: () => { this.dialog.close(); this.revise(planet); } } }, t(answer.withdrawn ? 'planet.reinstate' : 'planet.revise')),
        answer.withdrawn ? '' : withdraw);
      return withdraw;
    };
    const ask = () => {
      const no = h('button', { type: 'button', on: { click: () => start().focus() } }, t('planet.keep'));
      place.replaceChildren(h('p', {}, t('planet.confirm', { name: planet.pl_name ?? answer.key })), no,
        h('button', { type: 'button', class: 'danger', 'data-confirm': '', on: { click: go } }, t('planet.withdrawNow')));
      no.focus();
    };
    const go = async () => {
      try {
        await request(`api/planets/${encodeURIComponent(answer.key)}`, { method: 'DELETE', headers: { 'X-Planetarium-Source': 'form' } });
        await this.load();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        message.hidden = false;
        message.textContent = error.status === 0 ? t('form.unreachable') : [error.title, error.detail].filter(Boolean).join(': ');
      }
    };
    start();
    return h('div', {}, place, message);
  }
}

/** Forecast, minimum, bound, or nothing to say: by the catalogue's own rules. @param {string} name @param {any} planet */
function provenance(name, planet) {
  if (planet[`${name}lim`]) return 'bound';
  if (name === 'pl_bmasse' || name === 'pl_bmassj') {
    return planet.pl_bmassprov === 'M-R relationship' ? 'forecast' : planet.pl_bmassprov === 'Msini' ? 'minimum' : '';
  }
  if (name === 'pl_rade') {
    const hasErrors = typeof planet.pl_radeerr1 === 'number' || typeof planet.pl_radeerr2 === 'number';
    return hasErrors || planet.discoverymethod === 'Transit' ? '' : 'forecast';
  }
  return '';
}
