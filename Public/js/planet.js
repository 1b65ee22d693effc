// One planet, at #/planet/KEY: its predictions, its values with errors and origin, its history, and the withdrawal.
// Not here: the table of all planets (table.js), and how predictions are shown (prediction.js).

import { Problem, request } from './api.js';
import { PageDialog } from './dialog.js';
import { button, h, terms } from './dom.js';
import { dateTime, errorsText, exact, known, measured, t, valueText } from './i18n.js';
import { decoded, receipt } from './links.js';
import { predictionSection } from './prediction.js';
import { dispositionBadge, references, solutionSection } from './solutions.js';

const address = /^#\/planet\/(.+)$/;
const mostChanges = 12;

export class PlanetDialog {
  /** @param {Schema} schema @param {(answer: {key: string, planet: PlanetValues}) => void} revise */
  constructor(schema, revise) {
    this.schema = schema;
    this.revise = revise;
    this.dialog = new PageDialog('#planet-dialog', 'planet-dialog-title', address);
    this.key = '';
    addEventListener('hashchange', () => this.follow());
  }

  /** Shows the planet of the page's address. */
  follow() {
    const found = address.exec(location.hash);
    if (found) {
      this.key = decoded(found[1]);
      this.load();
    } else {
      this.dialog.close();
    }
  }

  relabel() {
    if (this.dialog.isOpen) this.load();
  }

  async load() {
    const { key } = this;
    if (!this.dialog.isOpen) this.dialog.open(key, h('p', { class: 'note' }, t('planet.loading')));
    try {
      /** @type {PlanetAnswer} */
      const answer = await request(`api/planets/${encodeURIComponent(key)}`);
      // A withdrawn planet has no predictions: asking would be a 404.
      const predicted = answer.planet && await predictionSection(key, this.schema);
      if (key === this.key) this.#show(answer, predicted);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.dialog.show(key, h('p', { role: 'alert' }, error.status === 404 ? t('planet.unknown') : error.text));
    }
  }

  /** @param {PlanetAnswer} answer @param {HTMLElement | null} predicted */
  #show(answer, predicted) {
    const planet = answer.planet ?? lastValues(answer.history);
    const name = String(planet.pl_name ?? answer.key);
    const { dataset } = this.dialog.element;
    dataset.key = answer.key;
    dataset.revision = String(answer.revision);
    dataset.withdrawn = String(answer.withdrawn);
    const names = answer.aliases?.join(', ');
    this.dialog.show(name,
      h('p', { class: 'note' }, dispositionBadge(planet), facts(planet)),
      answer.withdrawn && h('p', { class: 'withdrawn', role: 'status' }, t('planet.withdrawn')),
      h('p', { class: 'note' }, t('planet.key', { key: answer.key, revision: String(answer.revision) })),
      names && h('p', { class: 'note', 'data-aliases': '' }, t('planet.aliases', { names })),
      predicted,
      h('h3', {}, t('planet.values')),
      h('div', { class: 'value-groups' }, values(this.schema, planet, answer)),
      solutionSection(this.schema, answer),
      h('h3', {}, t('planet.history')),
      h('ol', { class: 'history', reversed: true }, history(this.schema, answer.history)),
      this.#actions(answer, planet, name));
    this.dialog.focus();
  }

  /** Revise and withdraw; a withdrawal has to be confirmed.
   * @param {PlanetAnswer} answer @param {PlanetValues} planet @param {string} name */
  #actions(answer, planet, name) {
    const place = h('div', { class: 'actions' });
    const message = h('p', { role: 'alert', class: 'error', hidden: true });
    const revise = button(t(answer.withdrawn ? 'planet.reinstate' : 'planet.revise'), () => {
      this.dialog.close();
      this.revise({ key: answer.key, planet });
    }, { 'data-revise': '' });
    const withdraw = button(t('planet.withdraw'), () => {
      place.replaceChildren(h('p', {}, t('planet.confirm', { name })), keep, confirm);
      keep.focus();
    }, { class: 'danger', 'data-withdraw': '' });
    const keep = button(t('planet.keep'), () => {
      start();
      withdraw.focus();
    });
    const confirm = button(t('planet.withdrawNow'), async () => {
      const problem = await this.#withdraw(answer.key);
      message.hidden = problem === '';
      message.textContent = problem;
    }, { class: 'danger', 'data-confirm': '' });
    const start = () => place.replaceChildren(...(answer.withdrawn ? [revise] : [revise, withdraw]));
    start();
    return h('div', {}, place, message);
  }

  /** @param {string} key @returns {Promise<string>} what went wrong, if anything */
  async #withdraw(key) {
    try {
      const headers = { 'X-Planetarium-Source': 'form' };
      await request(`api/planets/${encodeURIComponent(key)}`, { method: 'DELETE', headers });
      await this.load();
      return '';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return error.text;
    }
  }
}

/** Of a withdrawn planet.
 * @param {HistoryEntry[]} history @returns {PlanetValues} */
function lastValues(history) {
  const last = [...history].reverse().find(({ planet, change }) => planet && change !== 'late' && !planet.alias_of);
  return last?.planet ?? {};
}

/** Host, method, year, facility and doubts in a line.
 * @param {PlanetValues} planet */
function facts({
  hostname, discoverymethod, disc_year: year, disc_facility: facility, pl_controv_flag: controversial,
}) {
  return [
    hostname && t('planet.of', { host: String(hostname) }),
    discoverymethod && known('method', String(discoverymethod)),
    year && String(year),
    facility,
    controversial === 1 && t('controversial'),
  ].filter(Boolean).join(' · ');
}

/** @param {Schema} schema @param {PlanetValues} planet @param {PlanetAnswer} answer */
function values(schema, planet, answer) {
  const links = references(answer.solutions?.find(({ current }) => current));
  const provenance = answer.provenance ?? {};
  return schema.grouped().map((group) => {
    const given = group.columns.filter(({ name }) => planet[name] !== null && planet[name] !== undefined);
    if (given.length === 0) return null;
    return h('section', {}, h('h3', {}, group.title), terms({ class: 'values' }, given.map((column) => (
      [schema.label(column.name), links.get(column.name) ?? shown(schema, column, planet, provenance),
        { 'data-value-of': column.name }]))));
  });
}

/** One value with its errors, its unit and, where it was not measured, a badge that says so.
 * @param {Schema} schema @param {Column} column @param {PlanetValues} planet @param {Record<string, string>} provenance
 * @returns {Child} */
function shown(schema, { name, type }, planet, provenance) {
  const value = planet[name];
  if (type === 'boolean' || type === 'flag') return t(value === true || value === 1 ? 'yes' : 'no');
  if (typeof value !== 'number' || name === 'disc_year') return valueText(name, value);
  const limit = planet[`${name}lim`];
  const sign = limit === 1 ? '≤ ' : limit === -1 ? '≥ ' : '';
  const [upper, lower] = [planet[`${name}err1`], planet[`${name}err2`]];
  const errors = errorsText(upper, lower);
  const text = type === 'integer' ? exact(value) : measured(value, upper, lower);
  const unit = schema.unit(name);
  const origin = provenance[name] ?? (limit ? 'bound' : 'measured');
  return [
    h('span', { class: 'figure-value', title: exact(value) }, sign, text),
    errors && h('span', { class: 'plus-minus' }, ` ${errors}`),
    unit && h('span', { class: 'unit' }, ` ${unit}`),
    origin !== 'measured' && h('span', { class: `badge ${origin}` }, t(`quality.${origin}`)),
  ];
}

/** The newest first, each with what it changed.
 * @param {Schema} schema @param {HistoryEntry[]} entries */
function history(schema, entries) {
  const newestFirst = [...entries].reverse();
  return newestFirst.map((entry, i) => {
    const { revision, change, timestamp, partition, offset } = entry;
    const before = newestFirst.slice(i + 1).find((earlier) => earlier.change !== 'late');
    const place = t('planet.address', { partition: String(partition), offset: String(offset) });
    const changes = change === 'revision' ? changesOf(schema, before?.planet, entry.planet) : [];
    return h('li', { value: revision },
      h('span', { class: `badge ${change}` }, known('change', change)), ' ',
      h('time', { datetime: new Date(timestamp).toISOString() }, dateTime(timestamp)), ' ',
      h('a', { class: 'address', href: receipt(partition, offset) }, place),
      changes.length > 0 && h('ul', {}, changes.map((text) => h('li', {}, text))));
  });
}

/** @param {Schema} schema @param {PlanetValues | null | undefined} before @param {PlanetValues | null} after */
function changesOf(schema, before, after) {
  if (!before || !after) return [];
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  const changed = names.filter((name) => after[name] !== before[name] && schema.byName.has(name));
  const text = (/** @type {string} */ name) => (
    `${schema.label(name)}: ${before[name] ?? '–'} → ${after[name] ?? '–'}`);
  return changed.slice(0, mostChanges).map(text);
}
