// An earlier board in place of the live one, at ?as_of=POINT: its control, its banner, and the address to cite.
// Not here: how such a board is made (the server replays its lake).

import { go, parameters, query, rename } from './address.js';
import { Problem, request } from './api.js';
import { button, find, form, h, setText } from './dom.js';
import { dateTime, number, t } from './i18n.js';

export class AsOf {
  /** @param {Board} board @param {LiveFeed} feed */
  constructor(board, feed) {
    this.board = board;
    this.feed = feed;
    this.place = find('#as-of', HTMLElement);
    /** The answer that is shown; null while the board is live.
     * @type {BoardAnswer | null} */
    this.shown = null;
    /** The partition that the slider follows; empty until the schema is there.
     * @type {string} */
    this.partition = '';
    /** What is asked for. */
    this.point = '';
    this.newest = 0;
    this.open = false;
    this.message = '';
    this.asked = 0;
    this.status = h('p', { class: 'note', role: 'status', 'data-as-of-status': '' });
    this.field = this.#makeField();
    this.slider = this.#makeSlider();
    board.listeners.add(() => this.#noteEnd());
    addEventListener('popstate', () => {
      if (this.#named() !== this.point) this.follow();
    });
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
    return parameters().as_of ?? '';
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
      /** @type {BoardAnswer} */
      const answer = await request(`api/board?as_of=${encodeURIComponent(point)}`);
      if (asked !== this.asked) return;
      this.shown = answer;
      this.message = '';
      const exact = { ...parameters(), as_of: exactPoint(answer) };
      this.point = exact.as_of;
      if (renames) go(exact, location.hash);
      else rename(exact);
      this.board.apply(answer);
      this.build();
      if (this.newest === 0) this.#findEnd();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (asked !== this.asked) return;
      this.#say(problemText(error));
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
    if (this.#named() !== '') go({ ...parameters(), as_of: undefined }, location.hash);
    this.build();
    this.feed.resume();
    if (wasEarlier) this.place.querySelector('summary')?.focus();
  }

  /** @param {Schema} schema */
  start(schema) {
    this.partition = `${schema.topics.discoveries}/0`;
    if (this.shown) this.#findEnd();
    this.#noteEnd();
    this.build();
  }

  /** Opened by its address, the page hasn't seen the newest board, where the slider has to end. */
  async #findEnd() {
    /** @type {BoardAnswer | null} */
    const newest = await request('api/board').catch(() => null);
    if (!this.shown || !newest) return;
    this.newest = newest.positions[this.partition] ?? 0;
    this.slider.max = String(Math.max(this.newest, Number(this.slider.max)));
  }

  #noteEnd() {
    if (this.shown) return;
    this.newest = this.board.positions[this.partition] ?? 0;
    if (document.activeElement === this.slider) return;
    this.slider.max = String(this.newest);
    this.slider.value = String(this.newest);
  }

  /** @param {string} message */
  #say(message) {
    this.message = message;
    setText(this.status, message);
  }

  /** Builds anew, in the current language. */
  build() {
    setText(this.status, this.message);
    this.field = this.#makeField();
    this.slider = this.#makeSlider();
    const details = h('details', { open: this.open }, h('summary', {}, t('asOf.title')), this.#form(), this.status);
    details.addEventListener('toggle', () => { this.open = details.open; });
    this.place.replaceChildren(h('div', { class: 'as-of', 'data-as-of': this.shown ? 'earlier' : 'now' },
      this.shown && this.#banner(this.shown), details));
  }

  #makeField() {
    const value = this.point || null;
    const placeholder = '2026-11-24T01:02:03Z';
    return h('input', { type: 'text', name: 'as_of', autocomplete: 'off', spellcheck: 'false', placeholder, value });
  }

  #makeSlider() {
    const shown = this.shown?.positions[this.partition] ?? 0;
    const end = Math.max(this.newest, shown);
    return h('input', {
      type: 'range', min: 0, max: end, value: this.shown ? shown : end, step: 1,
      on: {
        input: (event) => { this.field.value = event.currentTarget.value; },
        change: (event) => { this.show(event.currentTarget.value); },
      },
    });
  }

  #form() {
    const show = () => {
      const point = this.field.value.trim();
      if (point) this.show(point);
    };
    return form({ 'aria-label': t('asOf.title') }, show,
      h('label', { class: 'stacked' }, h('span', {}, t('asOf.slider')), this.slider),
      h('label', { class: 'stacked' }, h('span', {}, t('asOf.point')), this.field),
      h('button', { type: 'submit' }, t('asOf.show')),
      button(t('asOf.now'), () => this.now(), { class: 'quiet', 'data-now': '' }));
  }

  /** @param {BoardAnswer} shown */
  #banner(shown) {
    const records = Object.values(shown.positions).reduce((sum, next) => sum + next, 0);
    const time = dateTime(shown.t_ns / 1e6);
    const sentence = records === 0 ? t('asOf.empty') : t('asOf.banner', { records: number(records), time });
    return h('div', { class: 'banner', role: 'region', 'aria-label': t('asOf.title'), 'data-as-of-banner': '' },
      h('p', { role: 'status' }, sentence, ' ', button(t('asOf.now'), () => this.now(), { 'data-now': '' })),
      h('p', {}, `${t('asOf.digest')} `, h('code', { 'data-digest': shown.digest }, shown.digest)),
      citation(new URL(query({ ...parameters(), as_of: exactPoint(shown) }), location.href).href, shown.url.slice(1)),
      h('p', { class: 'note' }, t('asOf.lists')));
  }
}

/** The exact positions, whatever was asked for: an address that means this board for ever.
 * @param {BoardAnswer} board */
const exactPoint = (board) => decodeURIComponent(board.url.split('as_of=')[1]);

/** @param {Problem} problem */
function problemText(problem) {
  switch (problem.errors[0]?.rule) {
    case 'as_of_not_stored_yet': return t('asOf.notStored');
    case 'not_a_position': return t('asOf.wrong');
    case 'out_of_range': return t('asOf.future');
    default: return problem.text;
  }
}

/** @param {string} address of the page @param {string} json of the same board */
function citation(address, json) {
  const field = h('input', {
    type: 'text', readonly: true, 'aria-label': t('asOf.cite'), value: address, 'data-cite': '',
  });
  const copied = h('span', { role: 'status' });
  const copy = button(t('asOf.copy'), async () => {
    field.select();
    // The clipboard is for secure contexts; elsewhere the selected address is copied the old way.
    if (navigator.clipboard) await navigator.clipboard.writeText(address).catch(() => {});
    else document.execCommand('copy');
    setText(copied, t('asOf.copied'));
  }, { 'data-copy': '' });
  return h('div', { class: 'cite' },
    h('span', {}, t('asOf.cite')), field, copy, copied, h('a', { href: json }, t('asOf.json')));
}
