// One field of the form: label, control, unit, help, hints while typing, and the server's error beside it.
// Not here: sending (form.js). Hints never stop a submission: the server decides.

import { h } from './dom.js';
import { currentLanguage, known, localised, number, t, valueText } from './i18n.js';

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

const typingPauseMilliseconds = 500;
const longTextCharacters = 300;
let pressed = false;
addEventListener('pointerdown', () => { pressed = true; }, true);
for (const end of ['pointerup', 'pointercancel']) {
  addEventListener(end, () => setTimeout(() => { pressed = false; }), true);
}

export class Field {
  /** @param {Column} column */
  constructor(column) {
    this.column = column;
    this.id = `field-${column.name}`;
    this.control = makeControl(column, this.id);
    /** What the server refused: another value takes the error away. */
    this.wrong = '';
    this.hint = h('p', { class: 'hint', id: `${this.id}-hint`, hidden: true });
    this.error = h('p', { class: 'error', id: `${this.id}-error`, hidden: true });
    const help = [localised(column.help), limits(column)].filter(Boolean).join(' · ');
    this.help = help ? h('p', { class: 'help', id: `${this.id}-help` }, help) : null;
    this.element = h('div', { class: `field type-${column.type}`, 'data-field': column.name },
      h('label', { for: this.id }, this.label,
        column.unit && h('span', { class: 'unit' }, ` (${known('unit', column.unit)})`),
        column.required && h('span', { class: 'required' }, ` ${t('form.required')}`)),
      this.control, this.help, this.hint, this.error);
    this.#describe();
    this.hintTimer = 0;
    this.control.addEventListener('change', () => this.#checkSoon(0));
    this.control.addEventListener('input', () => this.#checkSoon(typingPauseMilliseconds));
  }

  get label() {
    return localised(this.column.label);
  }

  /** As the JSON value that the column's type asks for; else as typed, for the server to judge. */
  get value() {
    const text = this.control.value.trim();
    if (text === '') return undefined;
    switch (this.column.type) {
      case 'real': case 'integer': case 'flag': return readNumber(text) ?? text;
      case 'boolean': return text === 'true' || text === 'false' ? text === 'true' : text;
      default: return text;
    }
  }

  /** @param {Value} value */
  set value(value) {
    this.control.value = value === null || value === undefined ? '' : String(value);
    this.hint.hidden = true;
  }

  /** @param {string | null} text */
  showError(text) {
    this.error.hidden = text === null;
    this.error.textContent = text ?? '';
    if (text !== null) this.hint.hidden = true;
    this.wrong = this.control.value;
    if (text === null) this.control.removeAttribute('aria-invalid');
    else this.control.setAttribute('aria-invalid', 'true');
    this.#describe();
  }

  /** Opens the parts of the form that the field is in. */
  reveal() {
    for (let up = this.element.parentElement; up; up = up.parentElement) {
      if (up instanceof HTMLDetailsElement) up.open = true;
    }
  }

  focus() {
    this.reveal();
    this.control.focus();
    this.element.scrollIntoView({ block: 'center' });
  }

  /** Never while a button is held down: a hint that comes or goes would move the Report button from under the pointer.
   * @param {number} milliseconds */
  #checkSoon(milliseconds) {
    clearTimeout(this.hintTimer);
    this.hintTimer = setTimeout(() => (pressed ? this.#checkSoon(50) : this.#check()), milliseconds);
  }

  #check() {
    if (!this.error.hidden && this.control.value !== this.wrong) this.showError(null);
    // What the server says of this value stands there already.
    const text = this.error.hidden ? hintFor(this.column, this.value) : '';
    this.hint.hidden = text === '';
    this.hint.textContent = text;
    this.#describe();
  }

  #describe() {
    const shown = [this.error, this.hint, this.help].flatMap((part) => (part && !part.hidden ? part.id : []));
    if (shown.length > 0) this.control.setAttribute('aria-describedby', shown.join(' '));
    else this.control.removeAttribute('aria-describedby');
  }
}

/** @param {Column} column @param {string} id @returns {Control} */
function makeControl(column, id) {
  const shared = { id, name: column.name, 'aria-required': column.required ? 'true' : null, autocomplete: 'off' };
  const options = optionsOf(column);
  if (options) {
    const empty = h('option', { value: '' }, t('form.choose'));
    return h('select', shared, empty, options.map(([value, text]) => h('option', { value }, text)));
  }
  if (column.type === 'date') return h('input', { ...shared, type: 'date' });
  if (column.type === 'text' && (column.max_length ?? 0) > longTextCharacters) {
    return h('textarea', { ...shared, rows: 3, spellcheck: 'true', autocapitalize: 'off' });
  }
  const text = { ...shared, type: 'text', spellcheck: 'false' };
  if (column.type === 'text') return h('input', { ...text, autocapitalize: 'off' });
  // Not type=number: it hides what it can't read, and the mouse wheel changes it.
  return h('input', { ...text, inputmode: column.type === 'integer' ? 'numeric' : 'decimal' });
}

/** Values and texts of a column with few values; null for any other.
 * @param {Column} column @returns {[string, string][] | null} */
function optionsOf(column) {
  if (column.choices) return column.choices.map((value) => [value, valueText(column.name, value)]);
  if (column.name.endsWith('lim')) return ['0', '1', '-1'].map((value) => [value, t(`limit.${value}`)]);
  if (column.type === 'flag') return [['1', t('yes')], ['0', t('no')]];
  return column.type === 'boolean' ? [['true', t('yes')], ['false', t('no')]] : null;
}

/** A decimal comma is read as such in French only: in English 1,000 may mean a thousand.
 * @param {string} text @returns {number | null} */
function readNumber(text) {
  const plain = currentLanguage() === 'fr' ? text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.') : text;
  const signed = plain.replace('\u2212', '-');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(signed) ? Number(signed) : null;
}

/** "> 0, ≤ 100"
 * @param {Column} column */
function limits(column) {
  const { name, type, min, max } = column;
  if (name.endsWith('lim') || type === 'flag' || type === 'boolean' || type === 'text') return '';
  const show = name === 'disc_year' ? String : number;
  const least = min !== undefined && `${column.min_exclusive ? '>' : '≥'} ${show(min)}`;
  const most = max !== undefined && `${column.max_exclusive ? '<' : '≤'} ${show(max)}`;
  return [least, most].filter(Boolean).join(', ');
}

/** @param {Column} column @param {Field['value']} value @returns {string} what looks wrong, or nothing */
function hintFor(column, value) {
  if (value === undefined) return '';
  if (column.type === 'real' || column.type === 'integer') {
    if (typeof value !== 'number') return t('hint.number');
    if (column.type === 'integer' && !Number.isInteger(value)) return t('hint.integer');
    if (!isWithin(column, value)) return t('hint.range', { range: limits(column) });
  }
  const isTooLong = typeof value === 'string' && column.max_length && [...value].length > column.max_length;
  return isTooLong ? t('hint.length', { max: column.max_length ?? 0 }) : '';
}

/** @param {Column} column @param {number} value */
function isWithin({ min = -Infinity, max = Infinity, min_exclusive: noMin, max_exclusive: noMax }, value) {
  return value >= min && value <= max && !(noMin && value === min) && !(noMax && value === max);
}
