// One field of the form: label, control, unit, help, hints while typing, and the server's error beside it.
// Not here: sending (form.js). Hints never stop a submission: the server decides.

import { h } from './dom.js';
import { currentLanguage, known, localised, number, t } from './i18n.js';

const typingPauseMilliseconds = 500;
let pressed = false;
addEventListener('pointerdown', () => { pressed = true; }, true);
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => setTimeout(() => { pressed = false; }), true);

export class Field {
  /** @param {import('./columns.js').Column} column */
  constructor(column) {
    this.column = column;
    const id = `field-${column.name}`;
    this.id = id;
    this.control = makeControl(column, id);
    this.hint = h('p', { class: 'hint', id: `${id}-hint`, hidden: true });
    this.error = h('p', { class: 'error', id: `${id}-error`, hidden: true });
    const help = [localised(column.help), limits(column)].filter(Boolean).join(' · ');
    this.help = help ? h('p', { class: 'help', id: `${id}-help` }, help) : null;
    this.element = h('div', { class: `field type-${column.type}`, 'data-field': column.name },
      h('label', { for: id }, localised(column.label) || column.name,
        column.unit ? h('span', { class: 'unit' }, ` (${known('unit', column.unit)})`) : null,
        column.required ? h('span', { class: 'required' }, ` ${t('form.required')}`) : null),
      this.control, this.help, this.hint, this.error);
    this.#describe();
    this.hintTimer = 0;
    this.control.addEventListener('change', () => this.#checkSoon(0));
    this.control.addEventListener('input', () => this.#checkSoon(typingPauseMilliseconds));
  }

  get label() {
    return localised(this.column.label) || this.column.name;
  }

  /** As the JSON value that the column's type asks for; what can't be read as such goes as typed, for the server to judge. */
  get value() {
    const text = this.control.value.trim();
    if (text === '') return undefined;
    switch (this.column.type) {
      case 'real': case 'integer': case 'flag': {
        const parsed = readNumber(text);
        return parsed === null ? text : parsed;
      }
      case 'boolean': return text === 'true' ? true : text === 'false' ? false : text;
      default: return text;
    }
  }

  /** @param {any} value */
  set value(value) {
    this.control.value = value === null || value === undefined ? '' : String(value);
    this.hint.hidden = true;
  }

  /** @param {string | null} text */
  showError(text) {
    this.error.hidden = text === null;
    this.error.textContent = text ?? '';
    if (text !== null) this.hint.hidden = true;
    /** What the server refused: another value takes the error away. */
    this.wrong = this.control.value;
    if (text === null) this.control.removeAttribute('aria-invalid');
    else this.control.setAttribute('aria-invalid', 'true');
    this.#describe();
  }

  /** Opens whatever the field is tucked into, and goes there. */
  focus() {
    for (let up = this.element.parentElement; up; up = up.parentElement) if (up instanceof HTMLDetailsElement) up.open = true;
    this.control.focus();
    this.element.scrollIntoView({ block: 'center' });
  }

  /** Never while a button is held down: a hint that comes or goes would move the Report button from under the pointer. @param {number} milliseconds */
  #checkSoon(milliseconds) {
    clearTimeout(this.hintTimer);
    this.hintTimer = setTimeout(() => (pressed ? this.#checkSoon(50) : this.#check()), milliseconds);
  }

  #check() {
    if (!this.error.hidden && this.control.value !== this.wrong) this.showError(null);
    const text = hintFor(this.column, this.value);
    this.hint.hidden = text === '';
    this.hint.textContent = text;
    this.#describe();
  }

  #describe() {
    const shown = [this.error, this.hint, this.help].filter((part) => part && !part.hidden).map((part) => part?.id);
    if (shown.length > 0) this.control.setAttribute('aria-describedby', shown.join(' '));
    else this.control.removeAttribute('aria-describedby');
  }
}

/** @param {import('./columns.js').Column} column @param {string} id */
function makeControl(column, id) {
  const shared = { id, name: column.name, 'aria-required': column.required ? 'true' : null, autocomplete: 'off' };
  const choice = (/** @type {[string, string][]} */ options) => h('select', shared, h('option', { value: '' }, t('form.choose')), options.map(([value, text]) => h('option', { value }, text)));
  if (column.choices?.length) return choice(column.choices.map((value) => [value, known('method', value)]));
  if (column.name.endsWith('lim')) return choice([['0', t('limit.0')], ['1', t('limit.1')], ['-1', t('limit.-1')]]);
  if (column.type === 'flag') return choice([['1', t('yes')], ['0', t('no')]]);
  if (column.type === 'boolean') return choice([['true', t('yes')], ['false', t('no')]]);
  if (column.type === 'date') return h('input', { ...shared, type: 'date' });
  if (column.type === 'text') {
    const long = (column.max_length ?? 0) > 300;
    return h(long ? 'textarea' : 'input', { ...shared, type: long ? null : 'text', rows: long ? 3 : null, spellcheck: long ? 'true' : 'false', autocapitalize: 'off' });
  }
  // Not type=number: it hides what it can't read, and the mouse wheel changes it.
  return h('input', { ...shared, type: 'text', inputmode: column.type === 'integer' ? 'numeric' : 'decimal', spellcheck: 'false' });
}

/** A decimal comma is read as such in French only: in English 1,000 may mean a thousand. @param {string} text @returns {number | null} */
export function readNumber(text) {
  const plain = currentLanguage() === 'fr' ? text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.') : text;
  const signed = plain.replace('\u2212', '-');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(signed) ? Number(signed) : null;
}

/** "> 0, ≤ 100" @param {import('./columns.js').Column} column */
function limits(column) {
  if (column.name.endsWith('lim') || column.type === 'flag' || column.type === 'boolean' || column.type === 'text') return '';
  const show = (/** @type {number} */ value) => (column.name === 'disc_year' ? String(value) : number(value));
  const given = (/** @type {any} */ value) => value !== null && value !== undefined;
  const least = given(column.min) ? `${column.min_exclusive ? '>' : '≥'} ${show(Number(column.min))}` : '';
  const most = given(column.max) ? `${column.max_exclusive ? '<' : '≤'} ${show(Number(column.max))}` : '';
  return [least, most].filter(Boolean).join(', ');
}

/** @param {import('./columns.js').Column} column @param {any} value @returns {string} what looks wrong, or nothing */
function hintFor(column, value) {
  if (value === undefined) return '';
  if (column.type === 'real' || column.type === 'integer') {
    if (typeof value !== 'number') return t('hint.number');
    if (column.type === 'integer' && !Number.isInteger(value)) return t('hint.integer');
    const [min, max] = [column.min ?? -Infinity, column.max ?? Infinity];
    if (value < min || value > max || (column.min_exclusive && value === min) || (column.max_exclusive && value === max)) return t('hint.range', { range: limits(column) });
  }
  if (typeof value === 'string' && column.max_length && [...value].length > column.max_length) return t('hint.length', { max: column.max_length });
  return '';
}
