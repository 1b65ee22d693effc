// The drawer for submissions, at #/submit (one discovery) and #/submit/file (a file): beside the view, not over it, so
// that what arrives is seen where it lands. Not here: the form (form.js) and the import (import.js).

import { button, find, h } from './dom.js';
import { FormStandIn } from './formStandIn.js';
import { t } from './i18n.js';
import { submitAddress, submitFileAddress } from './links.js';
import { expect, part } from './parts.js';

const parts = /** @type {const} */ ({ report: submitAddress, import: submitFileAddress });

const loadForm = () => import('./form.js');

export class SubmitDrawer {
  /** @param {Schema} schema @param {Board} board @param {Needs} needs */
  constructor(schema, board, needs) {
    this.needs = needs;
    this.schema = schema;
    this.board = board;
    this.element = find('#submit', HTMLElement);
    this.head = find('#submit-head', HTMLElement);
    /** Loaded and built when it is first needed.
     * @type {import('./form.js').DiscoveryForm | null} */
    this.form = null;
    /** Until then.
     * @type {FormStandIn | null} */
    this.standIn = null;
    /** @type {Promise<import('./form.js').DiscoveryForm> | null} */
    this.bringing = null;
    /** Where the focus goes when the drawer closes.
     * @type {Element | null} */
    this.opener = null;
    this.template = '';
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
    });
    for (const hint of ['pointerover', 'focusin']) {
      find('#open-submit', HTMLElement).addEventListener(hint, () => expect(this.form ? undefined : loadForm));
    }
    addEventListener('hashchange', () => this.follow());
    // Going back from another view, browsers tell of the step alone.
    addEventListener('popstate', () => {
      if ((this.#part !== null) !== this.isOpen) this.follow();
    });
    this.label();
  }

  label() {
    const tab = (/** @type {keyof typeof parts} */ part) => h('a', { href: parts[part], 'data-part': part },
      t(`submit.${part}`));
    this.head.replaceChildren(
      h('h2', { id: 'submit-title', tabindex: '-1' }, t('submit.title')),
      button(t('close'), () => this.close(), { class: 'quiet', 'data-close': '' }),
      h('nav', { class: 'tabs', 'aria-label': t('submit.title') }, tab('report'), tab('import')));
    this.#offerTemplate();
    this.#mark();
  }

  /** An empty table with the columns of the form, each explained in a comment. */
  #offerTemplate() {
    const { schema } = this;
    const comments = schema.essentials.map((name) => {
      const unit = schema.unit(name);
      return `# ${name}: ${schema.label(name)}${unit && ` (${unit})`}`;
    });
    const text = `${[...comments, schema.essentials.join(',')].join('\r\n')}\r\n`;
    URL.revokeObjectURL(this.template);
    this.template = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    find('#import-template', HTMLElement).replaceChildren(
      h('a', { href: this.template, download: 'planetarium.csv', 'data-template': '' }, t('import.template')));
  }

  /** In the current language. */
  relabel() {
    this.label();
    this.standIn?.build();
    this.form?.relabel();
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @returns {keyof typeof parts | null} what the address names */
  get #part() {
    if (location.hash === parts.import) return 'import';
    return location.hash === parts.report ? 'report' : null;
  }

  /** Opens and closes as the address says. */
  follow() {
    const shown = this.#part;
    const wasOpen = this.isOpen;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = shown === null;
    document.documentElement.classList.toggle('submitting', shown !== null);
    // Facilities are offered by what the board counts.
    if (shown === 'report') this.needs.set(this, ['by_facility']);
    else this.needs.drop(this);
    if (shown === null) {
      if (wasOpen && hadFocus && this.opener instanceof HTMLElement) this.opener.focus({ preventScroll: true });
      return;
    }
    this.#mark();
    if (!wasOpen) this.opener = document.activeElement;
    if (shown === 'report') this.#bringForm();
    find(shown === 'import' ? '#import-file' : '#field-pl_name', HTMLElement).focus();
  }

  /** Until it is there its first field stands in for it. */
  #bringForm() {
    this.bringing ??= this.#loadForm();
    return this.bringing;
  }

  async #loadForm() {
    this.standIn = new FormStandIn(this.schema);
    const { DiscoveryForm } = await part(loadForm);
    const { typed } = this.standIn;
    this.standIn = null;
    this.form = new DiscoveryForm(this.schema, this.board);
    this.form.begin(typed);
    return this.form;
  }

  #mark() {
    const shown = this.#part ?? 'report';
    for (const part of /** @type {(keyof typeof parts)[]} */ (Object.keys(parts))) {
      find(`#${part}`, HTMLElement).hidden = part !== shown;
      const tab = this.head.querySelector(`[data-part=${part}]`);
      if (part === shown) tab?.setAttribute('aria-current', 'true');
      else tab?.removeAttribute('aria-current');
    }
  }

  /** Opens with a planet's values, for a revision of it: not before the form that takes them is there.
   * @param {{key: string, planet: PlanetValues | null}} answer */
  async revise(answer) {
    const form = this.form ?? await this.#bringForm();
    location.hash = submitAddress;
    this.follow();
    form.revise(answer);
  }

  close() {
    if (!this.isOpen) return;
    history.replaceState(null, '', location.pathname + location.search);
    this.follow();
  }
}
