// What the drawer for submissions shows until its form has been loaded: the form's first field, so that who types at
// once finds it in the form. Not here: the form (form.js), and when it is loaded (submit.js).

import { find, form, h } from './dom.js';
import { t } from './i18n.js';

const id = 'field-pl_name';

/** What was done in it.
 * @typedef {{name: string, selection: [number, number], hasFocus: boolean, isSent: boolean}} Typed */

export class FormStandIn {
  /** @param {Schema} schema */
  constructor(schema) {
    this.schema = schema;
    this.place = find('#discovery-form', HTMLElement);
    this.field = h('input', { type: 'text', id, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' });
    /** Whether Enter was pressed, which sends the form. */
    this.isSent = false;
    this.build();
  }

  /** In the current language. */
  build() {
    const { typed } = this;
    this.place.replaceChildren(
      form({ novalidate: true, 'aria-labelledby': 'submit-title' }, () => { this.isSent = true; },
        h('fieldset', { class: 'fields' }, h('legend', { class: 'unseen' }, t('form.essentials')),
          h('div', { class: 'field type-text' }, h('label', { for: id }, this.schema.label('pl_name')), this.field)),
        h('p', { class: 'note', role: 'status' }, t('planet.loading'))));
    if (!typed.hasFocus) return;
    this.field.focus();
    this.field.setSelectionRange(...typed.selection);
  }

  /** @returns {Typed} */
  get typed() {
    const { field, isSent } = this;
    const { value: name, selectionStart: start, selectionEnd: end } = field;
    return { name, selection: [start ?? 0, end ?? 0], hasFocus: document.activeElement === field, isSent };
  }
}
