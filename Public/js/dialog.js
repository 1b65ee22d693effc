// A dialog of index.html that addresses within the page open, as #/receipt/0/17; closing it takes the address back.
// Not here: what stands in it (provenance.js).

import { button, find, h } from './dom.js';
import { t } from './i18n.js';

export class PageDialog {
  /** @param {string} selector @param {string} titleId @param {(hash: string) => boolean} opens whether an
   * address opens it */
  constructor(selector, titleId, opens) {
    this.element = find(selector, HTMLDialogElement);
    this.titleId = titleId;
    this.status = h('p', { class: 'note', role: 'status', 'data-dialog-status': '' });
    this.element.addEventListener('close', () => {
      if (opens(location.hash)) history.replaceState(null, '', location.pathname + location.search);
    });
    // The backdrop is part of the dialog's own element.
    this.element.addEventListener('click', (event) => {
      if (event.target === this.element) this.close();
    });
  }

  get isOpen() {
    return this.element.open;
  }

  /** @param {string} title @param {...Child} content */
  open(title, ...content) {
    this.show(title, ...content);
    if (!this.isOpen) this.element.showModal();
  }

  /** Other content; an answer that comes after the reader has closed the dialog does not open it again.
   * @param {string} title @param {...Child} content */
  show(title, ...content) {
    const head = h('div', { class: 'dialog-head' },
      h('h2', { id: this.titleId, tabindex: '-1', autofocus: true }, title),
      button(t('close'), () => this.close(), { class: 'quiet' }));
    const body = h('div', {}, head, ...content, this.status);
    this.status.textContent = '';
    this.element.replaceChildren(...body.childNodes);
  }

  /** So that a screen reader reads the new content from its top. */
  focus() {
    this.element.querySelector('h2')?.focus();
  }

  close() {
    if (this.isOpen) this.element.close();
  }
}
