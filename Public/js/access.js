// The token of who may write, where the server asks for one: kept for this browser tab alone, sent with every request.
// Not here: the requests (api.js).

import { authorise, onAnswer } from './api.js';
import { button, find, form, h } from './dom.js';
import { t } from './i18n.js';

const name = 'planetarium.token';

export class Access {
  constructor() {
    this.place = find('#access', HTMLElement);
    /** How submissions get in, as the schema says. @type {SchemaAnswer['writing']} */
    this.writing = 'open';
    /** The server's last word on the token. @type {'' | 'missing' | 'unknown' | 'role'} */
    this.verdict = '';
    this.token = read();
    authorise(this.token);
    onAnswer((response) => this.#judge(response));
    this.build();
  }

  /** @param {SchemaAnswer['writing']} writing */
  start(writing) {
    this.writing = writing;
    this.build();
  }

  build() {
    const isReadOnly = this.writing === 'none';
    this.place.hidden = !isReadOnly && this.writing !== 'token' && this.token === '' && this.verdict === '';
    if (isReadOnly) {
      this.place.replaceChildren(h('p', { class: 'note', 'data-access': 'none' }, t('access.readOnly')));
      return;
    }
    const input = h('input', {
      type: 'password', id: 'access-token', autocomplete: 'off', spellcheck: 'false', required: true,
      'aria-describedby': 'access-state',
    });
    input.value = this.token;
    const keep = () => this.#keep(input.value.trim());
    this.place.replaceChildren(
      h('h2', { id: 'access-title' }, t('access.title')), h('p', { class: 'help' }, t('access.about')),
      form({ 'aria-labelledby': 'access-title' }, keep,
        h('div', { class: 'field' }, h('label', { for: 'access-token' }, t('access.token')), input),
        h('div', { class: 'actions' },
          h('button', { type: 'submit', class: 'primary' }, t('access.keep')),
          button(t('access.forget'), () => this.#keep(''), { class: 'quiet', hidden: this.token === '' }))),
      h('p', { class: 'note', id: 'access-state', role: 'status', 'data-access': this.#state }, this.#sentence));
  }

  get #state() {
    return this.verdict || (this.token === '' ? 'missing' : 'kept');
  }

  get #sentence() {
    return { missing: '', kept: t('access.kept'), unknown: t('access.unknown'), role: t('access.role') }[this.#state];
  }

  /** @param {string} token */
  #keep(token) {
    this.token = token;
    this.verdict = '';
    write(token);
    authorise(token);
    this.build();
  }

  /** @param {Response} response */
  #judge(response) {
    if (response.status !== 401 && response.status !== 403) return;
    const challenge = response.headers.get('WWW-Authenticate') ?? '';
    if (!challenge.startsWith('Bearer')) return;
    const verdict = response.status === 403 ? 'role' : challenge.includes('invalid_token') ? 'unknown' : 'missing';
    if (verdict === this.verdict) return;
    this.verdict = verdict;
    this.build();
  }
}

function read() {
  try {
    return sessionStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

/** Where the browser forbids storage the token lasts until the page is left.
 * @param {string} token */
function write(token) {
  try {
    if (token === '') sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, token);
  } catch { /* See above. */ }
}
