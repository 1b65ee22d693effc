// Class: a teacher opens a class, or chooses one; ?view=class&code=CODE is one class with its board.
// Not here: the board (../classBoard.js), nor what pupils see (../classMember.js).

import { Problem, request } from '../api.js';
import { ClassBoard } from '../classBoard.js';
import { form, h, scroller, tableHead } from '../dom.js';
import { dateTime, known, number, t } from '../i18n.js';

const json = { 'Content-Type': 'application/json' };

class ClassView {
  /** @param {HTMLElement} place @param {ViewContext} context */
  constructor(place, context) {
    this.place = place;
    this.context = context;
    this.code = '';
    this.shown = false;
    this.message = h('p', { class: 'error', role: 'alert', hidden: true });
    /** @type {ClassBoard | null} */
    this.board = null;
  }

  /** @param {ViewParameters} params */
  show({ code = '' }) {
    if (this.shown && code === this.code) return;
    this.code = code;
    this.shown = true;
    this.build();
  }

  hide() {
    this.shown = false;
    this.board?.stop();
    this.board = null;
  }

  build() {
    this.board?.stop();
    this.board = null;
    this.message.hidden = true;
    if (this.code) {
      const { board, entitle } = this.context;
      this.board = new ClassBoard(this.code, board, entitle);
      this.place.replaceChildren(
        h('p', {}, h('a', { href: '?view=class', 'data-class-list': '' }, t('class.all'))), this.board.element);
    } else {
      this.#list();
    }
  }

  async #list() {
    const list = h('div', { 'data-classes': '' });
    this.place.replaceChildren(h('p', { class: 'help' }, t('class.about')), this.#opening(), this.message, list);
    try {
      /** @type {{classes: ClassListed[]}} */
      const { classes } = await request('api/classes');
      if (classes.length === 0) return;
      list.replaceChildren(scroller(t('class.all'), h('table', { class: 'data' },
        h('caption', {}, t('class.all')),
        tableHead([t('class.title'), t('class.code'), t('class.state'), t('class.ends'), t('class.pupils'),
          t('records')]),
        h('tbody', {}, classes.map((one) => h('tr', {},
          h('th', { scope: 'row' }, h('a', { href: `?view=class&code=${one.code}` }, h('bdi', {}, one.title))),
          h('td', {}, h('code', {}, one.code)), h('td', {}, known('class.state', one.state)),
          h('td', {}, dateTime(one.ends)), h('td', {}, number(one.pupils)),
          h('td', {}, number(one.records))))))));
    } catch (error) {
      this.#failed(error);
    }
  }

  #opening() {
    const title = h('input', { id: 'class-title', required: true, maxlength: 80, autocomplete: 'off' });
    const ends = h('input', { id: 'class-ends', type: 'datetime-local' });
    return form({ class: 'class-open', 'aria-label': t('class.open') }, () => this.#open(title.value, ends.value),
      h('div', { class: 'field' }, h('label', { for: 'class-title' }, t('class.title')), title),
      h('div', { class: 'field' }, h('label', { for: 'class-ends' }, t('class.endsOptional')), ends),
      h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, t('class.open'))));
  }

  /** @param {string} title @param {string} ends in this browser's zone, or empty */
  async #open(title, ends) {
    this.message.hidden = true;
    const body = JSON.stringify({ title, ...(ends ? { ends: new Date(ends).toISOString() } : {}) });
    try {
      /** @type {ClassAnswer} */
      const made = await request('api/classes', { method: 'POST', body, headers: json });
      this.context.navigate('class', { code: made.code });
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof Problem)) throw error;
    const faults = error.errors.map((one) => one.detail).join(' ');
    this.message.textContent = error.status === 401 || error.status === 403
      ? `${t('class.needsToken')} ${error.detail}` : `${error.text} ${faults}`;
    this.message.hidden = false;
  }
}

/** @type {View} */
export default {
  title: ({ code }) => (code ? t('class.titleOf', { code }) : t('class.view')),
  mount(place, context) {
    const view = new ClassView(place, context);
    return {
      show: (params) => view.show(params), hide: () => view.hide(), relabel: () => view.build(),
    };
  },
};
