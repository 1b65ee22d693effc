// An earlier board in place of the live one, at ?as_of=POINT: what is shown, and the banner that says so, with the
// address to cite. Not here: how the reader moves through time (timeline.js), and how such a board is made (the server
// replays its lake).

import { go, parameters, query, rename } from './address.js';
import { Problem, request } from './api.js';
import { button, find, h, setText } from './dom.js';
import { dateTime, number, t } from './i18n.js';

/** How the address follows: by a step, under another name, or not at all.
 * @typedef {'step' | 'rename' | 'still'} Following */

export class AsOf {
  /** @param {Board} board @param {LiveFeed} feed */
  constructor(board, feed) {
    this.board = board;
    this.feed = feed;
    this.place = find('#as-of', HTMLElement);
    this.views = find('#views', HTMLElement);
    /** The answer that is shown; null while the board is live.
     * @type {BoardAnswer | null} */
    this.shown = null;
    /** Why the address cannot be shown. */
    this.refused = '';
    /** What the address asks for, and what was asked for last. */
    this.named = '';
    this.point = '';
    this.citing = false;
    this.message = '';
    this.asked = 0;
    /** Called when what is shown or said changes.
     * @type {Set<() => void>} */
    this.listeners = new Set();
    addEventListener('popstate', () => {
      if (addressed() !== this.named) this.follow();
    });
    this.build();
  }

  get isEarlier() {
    return this.shown !== null;
  }

  /** Shows what the page's address says. */
  follow() {
    const point = this.named = addressed();
    if (point === '') this.now();
    else this.show(point, 'rename', true);
  }

  /** @param {string} point @param {Following} [following] @param {boolean} [isAddress] whether the address asks for it:
   * then nothing else is shown in its place */
  async show(point, following = 'step', isAddress = false) {
    this.asked += 1;
    const { asked } = this;
    this.point = point;
    this.feed.pause();
    this.#say(t('asOf.loading'));
    try {
      /** @type {BoardAnswer} */
      const answer = await request(`api/board?as_of=${encodeURIComponent(point)}`);
      if (asked !== this.asked) return;
      this.#take(answer, following);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (asked !== this.asked) return;
      this.#say(problemText(error));
      if (isAddress) this.#refuse(problemText(error));
      // Where nothing earlier is shown yet, the page goes on live.
      else if (!this.shown) this.feed.resume();
    }
  }

  /** @param {BoardAnswer} answer @param {Following} following */
  #take(answer, following) {
    this.shown = answer;
    this.refused = '';
    this.point = exactPoint(answer);
    if (following !== 'still') this.name(following);
    this.board.apply(answer);
    this.#say('');
    this.build();
  }

  /** Has the address name the moment that is shown.
   * @param {'step' | 'rename'} following */
  name(following) {
    this.named = this.point;
    (following === 'step' ? go : rename)({ ...parameters(), as_of: this.point }, location.hash);
    this.build();
  }

  /** Stays where the board is: what is asked for at this moment comes too late. The address names what is shown. */
  stay() {
    this.asked += 1;
    if (this.message === t('asOf.loading')) this.#say('');
    if (!this.shown) {
      this.feed.resume();
      return;
    }
    this.point = exactPoint(this.shown);
    this.name('rename');
  }

  /** @param {string} why */
  #refuse(why) {
    this.shown = null;
    this.refused = why;
    this.build();
  }

  now() {
    this.asked += 1;
    const hadFocus = this.place.contains(document.activeElement);
    this.shown = null;
    this.refused = this.point = this.named = '';
    this.#say('');
    if (addressed() !== '') go({ ...parameters(), as_of: undefined }, location.hash);
    this.build();
    if (hadFocus) find('#view-title', HTMLElement).focus();
    this.feed.resume();
  }

  /** @param {string} message */
  #say(message) {
    this.message = message;
    for (const listener of this.listeners) listener();
  }

  /** Builds the banner anew, in the current language. */
  build() {
    // Figures of another moment than the address asks for would be taken for those asked for.
    this.views.hidden = this.refused !== '';
    this.place.replaceChildren();
    if (this.shown) this.place.append(this.#banner(this.shown));
    if (this.refused) this.place.append(this.#refusal());
  }

  #back() {
    return button(t('asOf.now'), () => this.now(), { 'data-now': '' });
  }

  #refusal() {
    return h('div', { class: 'banner bad', role: 'alert', 'data-as-of-refused': '' },
      h('p', {}, t('asOf.refused', { point: this.named }), ' ', this.refused), this.#back());
  }

  /** @param {BoardAnswer} shown */
  #banner(shown) {
    const records = Object.values(shown.positions).reduce((sum, next) => sum + next, 0);
    const time = dateTime(shown.t_ns / 1e6);
    const sentence = records === 0 ? t('asOf.empty') : t('asOf.banner', { records: number(records), time });
    const cite = h('details', { open: this.citing, class: 'cite-moment' }, h('summary', {}, t('asOf.citeMoment')),
      h('p', {}, `${t('asOf.digest')} `, h('code', { 'data-digest': shown.digest }, shown.digest)),
      citation(new URL(query({ ...parameters(), as_of: exactPoint(shown) }), location.href).href, shown.url.slice(1)));
    cite.addEventListener('toggle', () => { this.citing = cite.open; });
    return h('div', { class: 'banner', role: 'region', 'aria-label': t('asOf.region'), 'data-as-of-banner': '' },
      h('p', { role: 'status' }, sentence), this.#back(), h('p', { class: 'note' }, t('asOf.lists')), cite);
  }
}

const addressed = () => parameters().as_of ?? '';

/** The exact positions, whatever was asked for: they mean this board for ever.
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
