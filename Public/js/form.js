// The form that reports a discovery, built from the server's schema; errors, warnings and the receipt.
// Not here: single fields (field.js) and files (import.js).

import { patientRequest, Problem, request } from './api.js';
import { byId, h, randomKey } from './dom.js';
import { Field } from './field.js';
import { dateTime, issueText, known, number, t } from './i18n.js';
import { receipt as receiptAddress } from './links.js';

/** The columns that most reports fill, and that the charts live on; all others stand in their groups behind "More columns". */
const essentials = ['pl_name', 'hostname', 'discoverymethod', 'disc_year', 'disc_facility', 'pl_rade', 'pl_bmasse', 'pl_orbper', 'sy_dist'];
const attempts = 5;

export class DiscoveryForm {
  /** @param {import('./columns.js').Columns} columns @param {(key: string) => void} openPlanet */
  constructor(columns, openPlanet) {
    this.columns = columns;
    this.openPlanet = openPlanet;
    /** The key belongs to the body it was first sent with: the same key with another body would be refused. */
    this.sent = { body: '', key: '' };
    this.busy = false;
    this.place = byId('discovery-form');
    this.build({});
  }

  /** Builds anew in the current language, keeping what was typed. @param {Record<string, any>} values */
  build(values) {
    /** @type {Map<string, Field>} */
    this.fields = new Map();
    this.summary = h('div', { class: 'summary', tabindex: '-1', hidden: true, 'data-form-errors': '' });
    this.outcome = h('div', { class: 'outcome', 'data-form-outcome': '' });
    this.progress = h('p', { class: 'note', role: 'status' });
    this.known = h('div', { class: 'known', role: 'status', 'data-known': '' });
    this.button = h('button', { type: 'submit', class: 'primary' }, t('form.send'));
    const groups = this.columns.grouped();
    const isEssential = (/** @type {import('./columns.js').Column} */ column) => column.required || essentials.includes(column.name);
    const first = groups.flatMap((group) => group.columns).filter((column) => isEssential(column) && column.form !== false);
    const place = (/** @type {import('./columns.js').Column} */ column) => (essentials.indexOf(column.name) + 100) % 100;
    first.sort((a, b) => place(a) - place(b));
    const rest = groups.map((group) => this.#group({ ...group, columns: group.columns.filter((column) => !isEssential(column)) })).filter(Boolean);
    this.form = h('form', { novalidate: true, 'aria-labelledby': 'report-title', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); this.#submit(); } } },
      this.summary,
      h('fieldset', { class: 'fields', 'data-group': 'essentials' }, h('legend', { class: 'unseen' }, t('form.essentials')), first.map((column) => this.#withCompanions(column))),
      rest.length > 0 ? h('details', { class: 'more-columns' }, h('summary', {}, t('form.more')), rest) : null,
      h('div', { class: 'actions' }, this.button,
        h('button', { type: 'button', class: 'quiet', on: { click: () => this.clear() } }, t('form.clear'))), this.progress);
    this.place.replaceChildren(this.outcome, this.form);
    for (const [name, value] of Object.entries(values)) {
      const field = this.fields.get(name);
      if (field) field.value = value;
    }
  }

  relabel() {
    this.build(Object.fromEntries([...this.fields].map(([name, field]) => [name, field.control.value])));
  }

  /** @param {{name: string, title: string, columns: import('./columns.js').Column[]}} group */
  #group(group) {
    const shown = group.columns.filter((column) => column.form !== false);
    if (shown.length === 0) return null;
    return h('details', { class: 'group', 'data-group': group.name }, h('summary', {}, group.title),
      h('fieldset', { class: 'fields' }, h('legend', { class: 'unseen' }, group.title), shown.map((column) => this.#withCompanions(column))));
  }

  /** A quantity's errors and limit stand behind a small "± errors". @param {import('./columns.js').Column} column */
  #withCompanions(column) {
    const field = this.#field(column);
    const companions = this.columns.companions(column.name).filter((one) => one.form !== false);
    if (companions.length === 0) return field.element;
    return h('div', { class: 'quantity' }, field.element,
      h('details', { class: 'errors' }, h('summary', {}, t('form.errors'), h('span', { class: 'unseen' }, ` – ${field.label}`)),
        h('div', { class: 'companions' }, companions.map((one) => this.#field(one).element))));
  }

  /** @param {import('./columns.js').Column} column */
  #field(column) {
    const field = new Field(column);
    if (column.name === 'pl_name') {
      field.element.append(this.known);
      field.control.addEventListener('change', () => this.#lookUp(field.value));
    }
    this.fields.set(column.name, field);
    return field;
  }

  /**
   * A report replaces all values of a planet that is there already: whoever types its name is told, and offered its values.
   * @param {any} name
   */
  async #lookUp(name) {
    const { known } = this;
    known.replaceChildren();
    if (typeof name !== 'string') return;
    const found = await request(`api/planets?${new URLSearchParams({ pl_name: name, limit: '1', fields: 'pl_name' })}`).catch(() => null);
    const planet = found?.body?.planets?.[0];
    if (!planet || this.fields.get('pl_name')?.value !== name) return;
    known.replaceChildren(h('p', {}, t('form.known', { name: planet.pl_name ?? name })), h('button', {
      type: 'button', class: 'quiet',
      on: {
        click: async () => {
          const answer = await request(`api/planets/${encodeURIComponent(planet.key)}`).catch(() => null);
          if (answer?.body?.planet) this.revise(answer.body.planet);
        },
      },
    }, t('form.load')));
  }

  clear() {
    this.known.replaceChildren();
    this.carried = undefined;
    for (const field of this.fields.values()) field.value = '';
    this.#showErrors([], '');
    this.outcome.replaceChildren();
    this.fields.get('pl_name')?.control.focus();
  }

  /** Fills the form with a planet's values, for a revision of it. @param {Record<string, any>} planet */
  revise(planet) {
    this.build(planet);
    // What the form has no field for must not be lost by a revision: it is sent along unchanged.
    this.carried = Object.fromEntries(Object.entries(planet).filter(([name, value]) => value !== null && !this.fields.has(name) && this.columns.byName.has(name)));
    this.carriedFor = planet.pl_name;
    this.revised = planet;
    byId('report').scrollIntoView();
    this.fields.get('pl_name')?.focus();
  }

  #record() {
    /** @type {Record<string, any>} */
    const record = {};
    for (const [name, field] of this.fields) {
      const value = field.value;
      if (value !== undefined) record[name] = value;
    }
    if (!this.carried || this.carriedFor !== record.pl_name) return record;
    const carried = { ...this.carried };
    // The same quantity in Jupiter units would contradict a new value in Earth units.
    for (const [earth, jupiter] of [['pl_rade', 'pl_radj'], ['pl_bmasse', 'pl_bmassj']]) {
      if (record[earth] === this.revised?.[earth]) continue;
      for (const name of Object.keys(carried)) if (name.startsWith(jupiter)) delete carried[name];
    }
    return { ...carried, ...record };
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
    try {
      const answer = await patientRequest('api/discoveries', {
        method: 'POST', body,
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': this.sent.key, 'X-Planetarium-Source': 'form' },
      }, attempts, (seconds) => { this.progress.textContent = t('form.waiting', { n: Math.ceil(seconds) }); });
      this.#accepted(answer.body);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // A refused body gets a new key when it is sent again; one that may have been taken keeps its key.
      if (!error.mayRetry) this.sent = { body: '', key: '' };
      this.#showErrors(error.errors, error.status === 0 ? t('form.unreachable') : [error.title, error.detail].filter(Boolean).join(': '));
      this.summary.focus();
    } finally {
      this.busy = false;
      this.button.removeAttribute('aria-disabled');
      this.progress.textContent = '';
    }
  }

  /** @param {{field: string, value: string, rule: string, detail: string}[]} errors @param {string} title */
  #showErrors(errors, title) {
    /** @type {Map<string, string[]>} */
    const byField = new Map();
    for (const error of errors) byField.set(error.field, [...(byField.get(error.field) ?? []), issueText(error)]);
    for (const [name, field] of this.fields) field.showError(byField.has(name) ? (byField.get(name) ?? []).join(' ') : null);
    for (const name of byField.keys()) this.#open(name);
    this.summary.hidden = title === '' && errors.length === 0;
    this.summary.replaceChildren(h('h3', {}, errors.length > 0 ? t('form.rejected', { n: errors.length }) : t('form.failed')),
      errors.length === 0 && title ? h('p', {}, title) : '',
      h('ul', {}, errors.map((error) => h('li', {}, this.#errorLink(error)))));
  }

  /** @param {{field: string, rule: string, detail: string}} error */
  #errorLink(error) {
    const field = this.fields.get(error.field);
    const text = `${field?.label ?? (error.field || t('form.record'))}: ${issueText(error)}`;
    if (!field) return text;
    return h('a', { href: `#${field.id}`, on: { click: (/** @type {Event} */ event) => { event.preventDefault(); field.focus(); } } }, text);
  }

  /** @param {string} name */
  #open(name) {
    for (let up = this.fields.get(name)?.element.parentElement; up; up = up.parentElement) if (up instanceof HTMLDetailsElement) up.open = true;
  }

  /** @param {any} receipt */
  #accepted(receipt) {
    this.sent = { body: '', key: '' };
    this.carried = undefined;
    this.known.replaceChildren();
    for (const field of this.fields.values()) field.value = '';
    const title = h('h3', { tabindex: '-1' }, t(receipt.change === 'duplicate' ? 'receipt.duplicate' : 'receipt.title'));
    const fact = (/** @type {string} */ name, /** @type {any} */ value) => (value === undefined || value === null ? null
      : [h('dt', {}, t(`receipt.${name}`)), h('dd', { 'data-receipt': name }, value)]);
    this.outcome.replaceChildren(h('div', { class: 'receipt' }, title,
      h('dl', {}, fact('key', receipt.key), fact('partition', receipt.partition), fact('offset', receipt.offset), fact('revision', receipt.revision),
        fact('change', receipt.change && known('change', receipt.change)), fact('timestamp', receipt.timestamp && dateTime(receipt.timestamp))),
      h('p', {}, h('a', { href: `#/planet/${encodeURIComponent(receipt.key)}`, on: { click: (/** @type {Event} */ event) => { event.preventDefault(); this.openPlanet(receipt.key); } } }, t('receipt.show'))),
      receiptLink(receipt),
      this.#warnings(receipt.warnings ?? [])));
    title.focus();
  }

  /** @param {{field: string, detail: string, rule: string}[]} warnings */
  #warnings(warnings) {
    if (warnings.length === 0) return null;
    return h('div', { class: 'warnings', 'data-warnings': number(warnings.length) }, h('h4', {}, t('receipt.warnings', { n: warnings.length })),
      h('ul', {}, warnings.map((warning) => h('li', {}, `${this.columns.label(warning.field)}: ${issueText(warning)}`))));
  }
}

/** To what is known of the record: its file, its board. @param {any} receipt */
function receiptLink(receipt) {
  if (typeof receipt.offset !== 'number') return null;
  return h('p', {}, h('a', { href: receiptAddress(receipt.partition, receipt.offset), 'data-proof-link': '' }, t('receipt.proof')));
}
