// Previous, page 2 of 9, next: below a list that the server cuts into pages.
// Not here: the list.

import { button, h, setText } from './dom.js';
import { t } from './i18n.js';

export class Pager {
  /** @param {number} size of a page @param {(offset: number) => void} onTurn */
  constructor(size, onTurn) {
    this.size = size;
    this.onTurn = onTurn;
    this.offset = this.total = 0;
    this.previous = this.#button('previous', -size);
    this.text = h('span', { class: 'pages' });
    this.next = this.#button('next', size);
    this.element = h('nav', { class: 'pager', 'aria-label': t('planets.pager') }, this.previous, this.text, this.next);
  }

  /** @param {'previous' | 'next'} name @param {number} step */
  #button(name, step) {
    const turn = () => { if (this.#exists(step)) this.onTurn(this.offset + step); };
    return button(t(`planets.${name}`), turn, { 'data-page': name });
  }

  /** @param {number} step */
  #exists(step) {
    return this.offset + step >= 0 && this.offset + step < this.total;
  }

  /** @param {number} offset @param {number} total */
  show(offset, total) {
    this.offset = offset;
    this.total = total;
    const page = Math.floor(offset / this.size) + 1;
    setText(this.text, t('planets.page', { page, pages: Math.max(1, Math.ceil(total / this.size)) }));
    this.previous.setAttribute('aria-disabled', String(!this.#exists(-this.size)));
    this.next.setAttribute('aria-disabled', String(!this.#exists(this.size)));
  }
}
