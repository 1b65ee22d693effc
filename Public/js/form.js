// The form that submits a discovery, built from the server's schema; errors, warnings and the receipt. A submission
// of a planet that is there changes what was filled in (PATCH); replacing all values is the reader's choice.
// Not here: single fields (field.js), what is known of a name (knownPlanet.js) and files (import.js).

import { patientRequest, Problem, waitingText } from './api.js';
import { sentFor } from './classMember.js';
import { completeFacility, completeName } from './completion.js';
import { button, find, form, h, randomKey, terms } from './dom.js';
import { Field } from './field.js';
import { dateTime, issueText, known, number, t } from './i18n.js';
import { changeOf, droppedList, given, KnownPlanet, planetOf } from './knownPlanet.js';
import { planet as planetAddress, receipt as receiptAddress } from './links.js';
import { plainWords, ReceiptStrip } from './receiptStrip.js';

const attempts = 5;
const source = { 'X-Planetarium-Source': 'form' };

export class DiscoveryForm {
  /** @param {Schema} schema @param {Board} board */
  constructor(schema, board) {
    this.schema = schema;
    this.board = board;
    /** When the last submission was sent. */
    this.sentAt = this.planetsBefore = 0;
    /** The key belongs to the body it was first sent with: the same key with another body would be refused. */
    this.sent = { body: '', key: '' };
    this.busy = false;
    /** The values that the form was filled with, of the planet of this key.
     * @type {PlanetValues} */
    this.filled = {};
    this.filledKey = '';
    this.place = find('#discovery-form', HTMLElement);
    /** @type {Map<string, Field>} */
    this.fields = new Map();
    this.summary = h('div', { class: 'summary', tabindex: '-1', hidden: true, 'data-form-errors': '' });
    this.outcome = h('div', { 'data-form-outcome': '' });
    this.progress = h('p', { class: 'note', role: 'status' });
    this.known = new KnownPlanet(schema, (answer) => this.revise(answer), (name) => this.#rename(name));
    this.button = h('button', { type: 'submit', class: 'primary' });
    this.waits = this.#waits.bind(this);
    this.build({});
  }

  /** Goes on with what was typed before the form was there.
   * @param {import('./formStandIn.js').Typed} typed */
  begin({ name, selection, hasFocus, isSent }) {
    const control = this.fields.get('pl_name')?.control;
    if (!(control instanceof HTMLInputElement)) return;
    control.value = name;
    if (hasFocus) {
      control.focus();
      control.setSelectionRange(...selection);
    }
    // As if it had been typed here: names are offered, and what is known of this one is looked up.
    if (name !== '') for (const type of ['input', 'change']) control.dispatchEvent(new Event(type));
    if (isSent) control.form?.requestSubmit();
  }

  /** Builds anew in the current language.
   * @param {PlanetValues} values to fill in */
  build(values) {
    this.fields.clear();
    this.#showErrors([], '');
    this.outcome.replaceChildren();
    this.known.clear();
    this.button.textContent = t('form.send');
    this.place.replaceChildren(this.outcome,
      form({ novalidate: true, 'aria-labelledby': 'submit-title' }, () => this.#submit(),
        this.summary,
        this.#essentials(),
        this.#more(),
        // What is known of the name stands where it moves no field, and beside what sends it.
        h('div', { class: 'actions sticky' }, this.known.element,
          this.button, button(t('form.clear'), () => this.clear(), { class: 'quiet' }), this.progress)));
    for (const [name, value] of Object.entries(values)) {
      const field = this.fields.get(name);
      if (field) field.value = value;
    }
  }

  /** Keeps what was typed. */
  relabel() {
    this.build(Object.fromEntries([...this.fields].map(([name, field]) => [name, field.control.value])));
    this.#lookUp();
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
    if (column.name === 'pl_name') field.control.addEventListener('change', () => this.#lookUp());
    const { control, element } = field;
    if (control instanceof HTMLInputElement) {
      if (column.name === 'pl_name' || column.name === 'hostname') completeName(control, element, column.name);
      if (column.name === 'disc_facility') completeFacility(control, element, this.board);
    }
    this.fields.set(column.name, field);
    return field;
  }

  get #name() {
    return String(this.fields.get('pl_name')?.value ?? '');
  }

  /** Says what is known of the name; whoever sends the form asks again where that failed. */
  #lookUp() {
    return this.known.lookUp(this.#name).catch(() => {});
  }

  /** @param {string} name */
  #rename(name) {
    const field = this.fields.get('pl_name');
    if (!field) return;
    field.value = name;
    field.focus();
    this.#lookUp();
  }

  clear() {
    this.known.clear();
    this.#empty();
    this.#showErrors([], '');
    this.outcome.replaceChildren();
    this.fields.get('pl_name')?.control.focus();
  }

  #empty() {
    this.filled = {};
    this.filledKey = '';
    for (const field of this.fields.values()) field.value = '';
  }

  /** Fills the form with a planet's values, for a revision of it.
   * @param {{key: string, planet: PlanetValues | null}} answer with the last values of a withdrawn one */
  revise({ key, planet }) {
    this.build(planet ?? {});
    this.filled = planet ?? {};
    this.filledKey = key;
    this.#lookUp();
    this.fields.get('pl_name')?.focus();
  }

  /** @returns {PlanetValues} */
  #record() {
    const values = [...this.fields].map(([name, field]) => [name, field.value]);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }

  /** What a report changes of a planet that is there: what was typed, and null for what was filled in and is gone.
   * @param {string} key */
  #changes(key) {
    const record = this.#record();
    const filled = key === this.filledKey ? this.filled : {};
    // The planet's name stays, unless its spelling was corrected here.
    const named = [...this.fields.keys()].filter((name) => name !== 'pl_name' || filled.pl_name);
    const changed = named.filter((name) => record[name] !== (filled[name] ?? undefined));
    return Object.fromEntries(changed.map((name) => [name, record[name] ?? null]));
  }

  /** The whole record: of a withdrawn planet with what the form has no field for. */
  #whole() {
    const { answer } = this.known;
    const isBack = answer && !answer.planet && answer.key === this.filledKey;
    const others = isBack ? Object.entries(this.filled).filter(([name]) => !this.fields.has(name)) : [];
    return { ...Object.fromEntries(others), ...this.#record() };
  }

  async #submit() {
    if (this.busy) return;
    this.busy = true;
    this.button.setAttribute('aria-disabled', 'true');
    this.progress.textContent = t('form.sending');
    this.#showErrors([], '');
    this.outcome.replaceChildren();
    try {
      await this.known.lookUp(this.#name, (path) => patientRequest(path, {}, attempts, this.waits));
      const key = this.known.target;
      this.#mark();
      await this.#accepted(key ? await this.#add(key, this.#changes(key)) : await this.#post(this.#whole()));
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

  /** @param {number} seconds @param {number} status */
  #waits(seconds, status) {
    this.progress.textContent = waitingText(seconds, status);
  }

  /** @param {PlanetValues} record @returns {Promise<Receipt>} */
  #post(record) {
    const body = JSON.stringify(record);
    if (this.sent.body !== body) this.sent = { body, key: randomKey() };
    const headers = { ...source, 'Content-Type': 'application/json', 'Idempotency-Key': this.sent.key };
    return patientRequest('api/discoveries', { method: 'POST', body, headers }, attempts, this.waits);
  }

  /** The same change twice is one.
   * @param {string} key @param {PlanetValues} changes @returns {Promise<Receipt>} */
  #add(key, changes) {
    const headers = { ...source, 'Content-Type': 'application/merge-patch+json' };
    const options = { method: 'PATCH', body: JSON.stringify(changes), headers };
    return patientRequest(`api/planets/${encodeURIComponent(key)}`, options, attempts, this.waits);
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
    if (!field) return t('issue', { field: error.field || t('form.record'), text: issueText(error) });
    /** @param {MouseEvent} event */
    const click = (event) => {
      event.preventDefault();
      field.focus();
    };
    return h('a', { href: `#${field.id}`, on: { click } }, this.schema.issueText(error));
  }

  /** @param {Receipt} receipt */
  async #accepted(receipt) {
    this.sent = { body: '', key: '' };
    this.known.clear();
    this.#empty();
    // Without it there is no undo, which the planet's history makes up for.
    const strip = new ReceiptStrip(this.schema, this.board, receipt, this.sentAt);
    const words = this.#words(receipt, strip);
    const made = await changeOf(receipt).catch(() => null);
    const { key, partition, offset, revision, change, timestamp } = receipt;
    const isNew = change !== 'duplicate';
    const title = h('h3', { tabindex: '-1' }, t(isNew ? 'receipt.title' : 'receipt.duplicate'));
    const facts = {
      key, partition, offset, revision, change: known('change', change), timestamp: dateTime(timestamp), ...sentFor(),
    };
    this.outcome.replaceChildren(h('div', { class: 'receipt' },
      title,
      words,
      strip.element,
      terms({}, Object.entries(facts).map(([name, value]) => [t(`receipt.${name}`), value, { 'data-receipt': name }])),
      h('p', {}, h('a', { href: planetAddress(key) }, t('receipt.show'))),
      h('p', {}, h('a', { href: receiptAddress(partition, offset), 'data-proof-link': '' }, t('receipt.proof'))),
      made && this.#undo(receipt, made.before),
      made && droppedList(this.schema, made.before, made.after),
      this.#warnings(receipt.warnings.filter(({ rule }) => rule !== 'values_dropped' || !made))));
    title.focus();
  }

  #mark() {
    this.sentAt = performance.now();
    this.planetsBefore = this.board.count('totals', 'planets');
  }

  /** In plain words, once the board has the submission.
   * @param {Receipt} receipt @param {ReceiptStrip} strip */
  #words({ key, change }, strip) {
    const { planetsBefore } = this;
    const words = h('p', { class: 'words', role: 'status', 'data-words': '' });
    strip.onBoard.then(async () => {
      const now = this.board.count('totals', 'planets');
      words.textContent = await plainWords(key, change === 'new' && now > planetsBefore ? now : null);
    });
    return words;
  }

  /** A new revision with the values of before.
   * @param {Receipt} receipt @param {PlanetValues} before */
  #undo({ key, revision }, before) {
    const message = h('p', { class: 'error', role: 'alert', hidden: true });
    const undo = button(t('receipt.undo', { n: given(before).length }), async () => {
      try {
        const now = await planetOf(key);
        if (now.revision !== revision) {
          message.textContent = t('receipt.undoLate');
          message.hidden = false;
          return;
        }
        this.#mark();
        await this.#accepted(await this.#post(before));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        message.textContent = error.text;
        message.hidden = false;
      }
    }, { class: 'quiet', 'data-undo': '' });
    return h('div', {}, undo, message);
  }

  /** @param {Issue[]} warnings */
  #warnings(warnings) {
    if (warnings.length === 0) return null;
    return h('div', { class: 'warnings', 'data-warnings': number(warnings.length) },
      h('h4', {}, t('receipt.warnings', { n: warnings.length })),
      h('ul', {}, warnings.map((warning) => h('li', {}, this.schema.issueText(warning)))));
  }
}
