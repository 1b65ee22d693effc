// An earlier board in place of the live one: the control for it, the banner that says so, and the address to cite. At ?as_of=POINT.
// Not here: how such a board is made (the server replays its lake).

import { Problem, request } from './api.js';
import { byId, h, setText } from './dom.js';
import { dateTime, number, t } from './i18n.js';

const firstPartition = 'planet-discoveries/0';

export class AsOf {
  /** @param {import('./board.js').Board} board @param {import('./live.js').LiveFeed} feed */
  constructor(board, feed) {
    this.board = board;
    this.feed = feed;
    this.place = byId('as-of');
    /** The answer that is shown; null while the board is live. @type {any} */
    this.shown = null;
    /** What is asked for. */
    this.point = '';
    this.newest = 0;
    this.open = false;
    this.message = '';
    this.asked = 0;
    board.listeners.add(() => this.#noteEnd());
    addEventListener('popstate', () => { if (this.#named() !== this.point) this.follow(); });
    this.build();
  }

  get isEarlier() {
    return this.shown !== null;
  }

  /** Shows what the page's address says. */
  follow() {
    const point = this.#named();
    if (point === '') this.now();
    else this.show(point, false);
  }

  #named() {
    return new URLSearchParams(location.search).get('as_of') ?? '';
  }

  /** @param {string} point @param {boolean} [renames] whether the page's address follows */
  async show(point, renames = true) {
    this.asked += 1;
    const { asked } = this;
    this.point = point;
    this.open = true;
    this.feed.pause();
    this.#say(t('asOf.loading'));
    try {
      const { body } = await request(`api/board?as_of=${encodeURIComponent(point)}`);
      if (asked !== this.asked) return;
      this.shown = body;
      this.message = '';
      if (renames) history.pushState(null, '', `${location.pathname}${this.#query()}${location.hash}`);
      this.point = this.#named();
      this.board.apply(body);
      this.build();
      if (this.newest === 0) this.#findEnd();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (asked !== this.asked) return;
      const rule = error.errors[0]?.rule;
      this.#say(rule === 'as_of_not_stored_yet' ? t('asOf.notStored') : rule === 'not_a_position' ? t('asOf.wrong') : rule === 'out_of_range' ? t('asOf.future')
        : error.status === 0 ? t('form.unreachable') : [error.title, error.detail].filter(Boolean).join(': '));
      // Where nothing earlier is shown yet, the page goes on live.
      if (!this.shown) this.feed.resume();
    }
  }

  now() {
    this.asked += 1;
    const wasEarlier = this.shown !== null;
    this.shown = null;
    this.point = '';
    this.message = '';
    if (this.#named() !== '') history.pushState(null, '', location.pathname + location.hash);
    this.build();
    this.feed.resume();
    if (wasEarlier) this.place.querySelector('summary')?.focus();
  }

  /** The exact positions, whatever was asked: an address that means this board for ever. */
  #query() {
    return `?as_of=${this.shown.url.split('as_of=')[1]}`;
  }

  /** Opened by its address, the page hasn't seen the newest board: the slider has to end there. */
  async #findEnd() {
    const newest = await request('api/board').catch(() => null);
    if (!this.shown || !newest) return;
    this.newest = newest.body.positions?.[firstPartition] ?? 0;
    if (this.slider) this.slider.max = String(Math.max(this.newest, Number(this.slider.max)));
  }

  #noteEnd() {
    if (this.shown) return;
    this.newest = this.board.positions[firstPartition] ?? 0;
    if (this.slider && document.activeElement !== this.slider) {
      this.slider.max = String(this.newest);
      this.slider.value = String(this.newest);
    }
  }

  /** @param {string} message */
  #say(message) {
    this.message = message;
    if (this.status) setText(this.status, message);
  }

  /** Builds anew, in the current language. */
  build() {
    const end = Math.max(this.newest, this.shown?.positions?.[firstPartition] ?? 0);
    const at = this.shown ? this.shown.positions?.[firstPartition] ?? 0 : end;
    this.status = h('p', { class: 'note', role: 'status', 'data-as-of-status': '' }, this.message);
    this.field = h('input', { type: 'text', name: 'as_of', autocomplete: 'off', spellcheck: 'false', placeholder: '2026-11-24T01:02:03Z', value: this.point || null });
    this.slider = h('input', {
      type: 'range', min: 0, max: end, value: at, step: 1,
      on: {
        input: () => { if (this.slider && this.field) this.field.value = this.slider.value; },
        change: () => { if (this.slider) this.show(this.slider.value); },
      },
    });
    const details = h('details', { open: this.open, on: { toggle: () => { this.open = details.open; } } },
      h('summary', {}, t('asOf.title')),
      h('form', { 'aria-label': t('asOf.title'), on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); const point = this.field?.value.trim(); if (point) this.show(point); } } },
        h('label', { class: 'stacked' }, h('span', {}, t('asOf.slider')), this.slider),
        h('label', { class: 'stacked' }, h('span', {}, t('asOf.point')), this.field),
        h('button', { type: 'submit' }, t('asOf.show')),
        h('button', { type: 'button', class: 'quiet', 'data-now': '', on: { click: () => this.now() } }, t('asOf.now'))),
      this.status);
    this.place.replaceChildren(h('div', { class: 'as-of', 'data-as-of': this.shown ? 'earlier' : 'now' }, this.shown ? this.#banner() : null, details));
  }

  #banner() {
    const { positions, digest, url, t_ns: newest } = this.shown;
    const records = Object.values(/** @type {Record<string, number>} */ (positions)).reduce((sum, next) => sum + next, 0);
    const address = new URL(`${location.pathname}${this.#query()}`, location.href).href;
    const field = h('input', { type: 'text', readonly: true, 'aria-label': t('asOf.cite'), value: address, 'data-cite': '' });
    const copied = h('span', { role: 'status' });
    const copy = h('button', { type: 'button', 'data-copy': '', on: { click: async () => {
      field.select();
      // The clipboard is for secure contexts; elsewhere the selected address is copied the old way.
      if (navigator.clipboard) await navigator.clipboard.writeText(address).catch(() => {});
      else document.execCommand('copy');
      setText(copied, t('asOf.copied'));
    } } }, t('asOf.copy'));
    return h('div', { class: 'banner', role: 'region', 'aria-label': t('asOf.title'), 'data-as-of-banner': '' },
      h('p', { role: 'status' }, records === 0 ? t('asOf.empty') : t('asOf.banner', { records: number(records), time: dateTime(newest / 1e6) }), ' ',
        h('button', { type: 'button', 'data-now': '', on: { click: () => this.now() } }, t('asOf.now'))),
      h('p', {}, `${t('asOf.digest')} `, h('code', { 'data-digest': digest }, digest)),
      h('div', { class: 'cite' }, h('span', {}, t('asOf.cite')), field, copy, copied, h('a', { href: url.slice(1) }, t('asOf.json'))),
      h('p', { class: 'note' }, t('asOf.lists')));
  }
}
