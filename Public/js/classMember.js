// A pupil of a class: ?class=CODE asks for a name once, both are kept for this browser tab and go with every request; a
// badge in the header says so, and leaves. Not here: the teacher's view (views/class.js).

import { parameters, rename } from './address.js';
import { accompany, Problem, request } from './api.js';
import { button, find, form, h } from './dom.js';
import { t } from './i18n.js';

const stored = 'planetarium.class';
const longestName = 40;

/** @type {Member | null} */
let member = null;

/** What a receipt says of who sent it; nothing outside of a class. @returns {Record<string, string>} */
export const sentFor = () => (member ? { class: `${member.title} (${member.code})`, pupil: member.pupil } : {});

export class ClassMember {
  constructor() {
    this.badge = find('#class-badge', HTMLElement);
    this.place = find('#class-join', HTMLElement);
    /** The class that is asked to be joined, or why it can't be. @type {{code: string, title: string} | null} */
    this.joining = null;
    this.refused = '';
    this.#be(read());
    addEventListener('popstate', () => this.follow());
  }

  /** Takes the class that the address names, and takes it out of the address. */
  async follow() {
    const { class: code, ...rest } = parameters();
    if (code === undefined) return;
    rename(rest);
    if (member?.code === code) return;
    try {
      /** @type {ClassAnswer} */
      const answer = await request(`api/classes/${encodeURIComponent(code)}`);
      this.refused = answer.state === 'open' ? '' : t('class.over', { title: answer.title });
      this.joining = answer.state === 'open' ? answer : null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.joining = null;
      this.refused = error.status === 404 ? t('class.unknown', { code }) : error.text;
    }
    this.build();
    this.place.querySelector('input')?.focus();
  }

  /** In the current language. */
  build() {
    this.badge.hidden = member === null;
    this.badge.replaceChildren(...(member ? [
      h('span', { class: 'class-who', title: member.title }, `${member.code} · ${member.pupil}`),
      button(t('class.leave'), () => this.#leave(), { class: 'quiet', 'data-leave-class': '' }),
    ] : []));
    this.place.hidden = !this.joining && this.refused === '';
    const dismiss = button(t('class.dismiss'), () => this.#dismiss(), { class: 'quiet' });
    if (!this.joining) {
      this.place.replaceChildren(h('p', { role: 'alert' }, this.refused), dismiss);
      return;
    }
    const name = h('input', {
      id: 'class-name', required: true, maxlength: longestName, autocomplete: 'off', 'aria-describedby': 'class-help',
    });
    this.place.replaceChildren(
      h('h2', { id: 'class-join-title' }, t('class.join', { title: this.joining.title })),
      form({ 'aria-labelledby': 'class-join-title' }, () => this.#join(name.value.trim()),
        h('div', { class: 'field' }, h('label', { for: 'class-name' }, t('class.name')), name),
        h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, t('class.joinNow')), dismiss)),
      h('p', { class: 'help', id: 'class-help' }, t('class.nickname')));
  }

  /** @param {string} pupil */
  #join(pupil) {
    if (!this.joining || pupil === '') return;
    const { code, title } = this.joining;
    write({ code, title, pupil });
    this.#dismiss();
    this.#be({ code, title, pupil });
  }

  #dismiss() {
    this.joining = null;
    this.refused = '';
    this.build();
  }

  #leave() {
    write(null);
    this.#be(null);
  }

  /** @param {Member | null} who */
  #be(who) {
    member = who;
    accompany(who ? {
      'X-Planetarium-Class': who.code, 'X-Planetarium-Pupil': encodeURIComponent(who.pupil),
    } : {});
    this.build();
  }
}

/** @returns {Member | null} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(stored) ?? 'null');
  } catch {
    return null;
  }
}

/** Where the browser forbids storage the class lasts until the page is left.
 * @param {Member | null} who */
function write(who) {
  try {
    if (who) sessionStorage.setItem(stored, JSON.stringify(who));
    else sessionStorage.removeItem(stored);
  } catch { /* See above. */ }
}
