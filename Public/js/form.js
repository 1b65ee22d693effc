// The form that reports a discovery, built from the server's schema; errors, warnings and the receipt.
// Not here: single fields (field.js) and files (import.js).

import { patientRequest, Problem, request } from './api.js';
import { button, find, form, h, randomKey, terms } from './dom.js';
import { Field } from './field.js';
import { dateTime, issueText, known, number, t } from './i18n.js';
import { planet as planetAddress, receipt as receiptAddress } from './links.js';

const attempts = 5;
/** The same quantity in two units: a new value in one contradicts the old one in the other. */
const twoUnits = [['pl_rade', 'pl_radj'], ['pl_bmasse', 'pl_bmassj']];

export class DiscoveryForm {
  /** @param {Schema} schema */
  constructor(schema) {
    this.schema = schema;
    /** The key belongs to the body it was first sent with: the same key with another body would be refused. */
    this.sent = { body: '', key: '' };
    this.busy = false;
    /** The planet under revision, and those of its values that the form has no field for.
     * @type {PlanetValues} */
    this.revised = {};
    /** @type {PlanetValues} */
    this.carried = {};
    this.place = find('#discovery-form', HTMLElement);
    /** @type {Map<string, Field>} */
    this.fields = new Map();
    this.summary = h('div', { class: 'summary', tabindex: '-1', hidden: true, 'data-form-errors': '' });
    this.outcome = h('div', { 'data-form-outcome': '' });
    this.progress = h('p', { class: 'note', role: 'status' });
    this.known = h('div', { class: 'known', role: 'status', 'data-known': '' });
    this.button = h('button', { type: 'submit', class: 'primary' });
    this.build({});
  }

  /** Builds anew in the current language.
   * @param {PlanetValues} values to fill in */
  build(values) {
    this.fields.clear();
    this.#showErrors([], '');
    this.outcome.replaceChildren();
    this.known.replaceChildren();
    this.button.textContent = t('form.send');
    this.place.replaceChildren(this.outcome,
      form({ novalidate: true, 'aria-labelledby': 'report-title' }, () => this.#submit(),
        this.summary,
        this.#essentials(),
        this.#more(),
        h('div', { class: 'actions' }, this.button, button(t('form.clear'), () => this.clear(), { class: 'quiet' })),
        this.progress));
    for (const [name, value] of Object.entries(values)) {
      const field = this.fields.get(name);
      if (field) field.value = value;
    }
  }

  /** Keeps what was typed. */
  relabel() {
    this.build(Object.fromEntries([...this.fields].map(([name, field]) => [name, field.control.value])));
  }

  #essentials() {
    const columns = this.schema.essentials.flatMap((name) => this.schema.byName.get(name) ?? []);
    return h('fieldset', { class: 'fields', 'data-group': 'essentials' },
      h('legend', { class: 'unseen' }, t('form.essentials')), columns.map((column) => this.#withCompanions(column)));
  }

  /** All other columns, in their groups. */
  #more() {
    const { essentials } = this.schema;
    const groups = this.schema.grouped().map((group) => {
      const columns = group.columns.filter((column) => column.form && !essentials.includes(column.name));
      if (columns.length === 0) return null;
      return h('details', { class: 'group', 'data-group': group.name },
        h('summary', {}, group.title),
        h('fieldset', { class: 'fields' }, h('legend', { class: 'unseen' }, group.title),
          columns.map((column) => this.#withCompanions(column))));
    });
    return h('details', { class: 'more-columns' }, h('summary', {}, t('form.more')), groups);
  }

  /** A quantity's errors and limit are behind a small "± errors".
   * @param {Column} column */
  #withCompanions(column) {
    const field = this.#field(column);
    const companions = this.schema.companions(column.name).filter((one) => one.form);
    if (companions.length === 0) return field.element;
    return h('div', { class: 'quantity' }, field.element,
      h('details', { class: 'errors' },
        h('summary', {}, t('form.errors'), h('span', { class: 'unseen' }, ` – ${field.label}`)),
        h('div', { class: 'companions' }, companions.map((one) => this.#field(one).element))));
  }

  /** @param {Column} column */
  #field(column) {
    const field = new Field(column);
    if (column.name === 'pl_name') {
      field.element.append(this.known);
      field.control.addEventListener('change', () => this.#lookUp(field.value));
    }
    this.fields.set(column.name, field);
    return field;
  }

  /** A report replaces all values of a planet in the catalogue: says so, and offers its values.
   * @param {Field['value']} name */
  async #lookUp(name) {
    this.known.replaceChildren();
    if (typeof name !== 'string') return;
    const query = new URLSearchParams({ pl_name: name, limit: '1', fields: 'pl_name' });
    /** @type {PlanetsAnswer | null} */
    const answer = await request(`api/planets?${query}`).catch(() => null);
    const found = answer?.planets[0];
    if (!found || this.fields.get('pl_name')?.value !== name) return;
    const load = button(t('form.load'), async () => {
      /** @type {PlanetAnswer | null} */
      const planet = await request(`api/planets/${encodeURIComponent(found.key)}`).catch(() => null);
      if (planet?.planet) this.revise(planet.planet);
    }, { class: 'quiet' });
    this.known.replaceChildren(h('p', {}, t('form.known', { name: String(found.pl_name ?? name) })), load);
  }

  clear() {
    this.known.replaceChildren();
    this.#empty();
    this.#showErrors([], '');
    this.outcome.replaceChildren();
    this.fields.get('pl_name')?.control.focus();
  }

  #empty() {
    this.revised = this.carried = {};
    for (const field of this.fields.values()) field.value = '';
  }

  /** Fills the form with a planet's values, for a revision of it.
   * @param {PlanetValues} planet */
  revise(planet) {
    this.build(planet);
    // A revision must not lose what the form has no field for: that is sent along unchanged.
    const others = Object.entries(planet).filter(([name]) => !this.fields.has(name) && this.schema.byName.has(name));
    this.carried = Object.fromEntries(others);
    this.revised = planet;
    find('#report', HTMLElement).scrollIntoView();
    this.fields.get('pl_name')?.focus();
  }

  #record() {
    const given = [...this.fields].map(([name, field]) => [name, field.value]);
    /** @type {PlanetValues} */
    const record = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    if (this.revised.pl_name !== record.pl_name) return record;
    const changed = twoUnits.filter(([earth]) => record[earth] !== this.revised[earth]).map(([, jupiter]) => jupiter);
    const kept = Object.entries(this.carried).filter(([name]) => !changed.some((jupiter) => name.startsWith(jupiter)));
    return { ...Object.fromEntries(kept), ...record };
  }

  async #submit() {
    if (this.busy) return;
    const body = JSON.stringify(this.#record());
    if (this.sent.body !== body) this.sent = { body, key: randomKey() };
    this.busy = true;
    this.button.setAttribute('aria-disabled', 'true');
    this.progress.textContent = t('form.sending');
    this.#showErrors([], '');
    this.outcome.replaceChildren();
    const headers = {
      'Content-Type': 'application/json', 'Idempotency-Key': this.sent.key, 'X-Planetarium-Source': 'form',
    };
    try {
      const wait = (/** @type {number} */ seconds) => {
        this.progress.textContent = t('form.waiting', { n: Math.ceil(seconds) });
      };
      this.#accepted(await patientRequest('api/discoveries', { method: 'POST', body, headers }, attempts, wait));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // A refused body gets a new key when it is sent again; one that may have been taken keeps its key.
      if (!error.mayRetry) this.sent = { body: '', key: '' };
      this.#showErrors(error.errors, error.text);
      this.summary.focus();
    } finally {
      this.busy = false;
      this.button.removeAttribute('aria-disabled');
      this.progress.textContent = '';
    }
  }

  /** @param {Issue[]} errors @param {string} title where there are no errors, what went wrong */
  #showErrors(errors, title) {
    for (const [name, field] of this.fields) {
      const own = errors.filter((error) => error.field === name);
      field.showError(own.length > 0 ? own.map(issueText).join(' ') : null);
      if (own.length > 0) field.reveal();
    }
    this.summary.hidden = title === '' && errors.length === 0;
    if (errors.length > 0) {
      this.summary.replaceChildren(h('h3', {}, t('form.rejected', { n: errors.length })),
        h('ul', {}, errors.map((error) => h('li', {}, this.#errorLink(error)))));
    } else {
      this.summary.replaceChildren(h('h3', {}, t('form.failed')), h('p', {}, title));
    }
  }

  /** @param {Issue} error */
  #errorLink(error) {
    const field = this.fields.get(error.field);
    if (!field) return `${error.field || t('form.record')}: ${issueText(error)}`;
    /** @param {MouseEvent} event */
    const click = (event) => {
      event.preventDefault();
      field.focus();
    };
    return h('a', { href: `#${field.id}`, on: { click } }, this.schema.issueText(error));
  }

  /** @param {Receipt} receipt */
  #accepted(receipt) {
    this.sent = { body: '', key: '' };
    this.known.replaceChildren();
    this.#empty();
    const { key, partition, offset, revision, change, timestamp } = receipt;
    const isNew = change !== 'duplicate';
    const title = h('h3', { tabindex: '-1' }, t(isNew ? 'receipt.title' : 'receipt.duplicate'));
    const facts = {
      key, partition, offset, revision, change: known('change', change), timestamp: dateTime(timestamp),
    };
    this.outcome.replaceChildren(h('div', { class: 'receipt' },
      title,
      terms({}, Object.entries(facts).map(([name, value]) => [t(`receipt.${name}`), value, { 'data-receipt': name }])),
      h('p', {}, h('a', { href: planetAddress(key) }, t('receipt.show'))),
      h('p', {}, h('a', { href: receiptAddress(partition, offset), 'data-proof-link': '' }, t('receipt.proof'))),
      this.#warnings(receipt.warnings)));
    title.focus();
  }

  /** @param {Issue[]} warnings */
  #warnings(warnings) {
    if (warnings.length === 0) return null;
    return h('div', { class: 'warnings', 'data-warnings': number(warnings.length) },
      h('h4', {}, t('receipt.warnings', { n: warnings.length })),
      h('ul', {}, warnings.map((warning) => h('li', {}, this.schema.issueText(warning)))));
  }
}
