// The counters at the top: planets, hosts, facilities, and what has come in so far.
// Not here: the rate's history (rate.js).

import { find, h, setText } from '../dom.js';
import { number, rate, t } from '../i18n.js';
import { markElement } from '../landing.js';
import { behind } from '../links.js';

const main = ['planets', 'hosts', 'facilities', 'controversial'];
const log = ['records', 'revisions', 'duplicates', 'withdrawals', 'late', 'aliases', 'warned', 'rejected'];
const announceEveryMilliseconds = 10_000;
const rateWindowMilliseconds = 5_000;

let announcedAt = 0;
/** @type {number | null} */
let announcedPlanets = null;

/** @type {Panel} */
export default {
  id: 'totals', size: 'full', reads: ['totals'],
  mount(frame) {
    /** @type {Map<string, {element: HTMLElement, link: HTMLElement}>} */
    const counters = new Map();
    const counter = (/** @type {string} */ name) => {
      const link = h('a', { class: 'behind', href: behind('totals', name) });
      const element = h('dd', { 'data-counter': name }, link);
      counters.set(name, { element, link });
      return h('div', {}, h('dt', {}, t(`totals.${name}`)), element);
    };
    const perSecond = h('dd', { 'data-counter': 'per-second' }, '–');
    const tiles = main.map(counter);
    // There may be none at all, which needs no tile.
    const candidates = counter('candidates');
    frame.element.classList.add('hero');
    frame.body.append(
      h('dl', { class: 'tiles' }, tiles),
      h('dl', { class: 'tally' }, log.map(counter), h('div', {}, h('dt', {}, t('totals.perSecond')), perSecond)));
    const slope = new Slope();
    const showRate = () => setText(perSecond, slope.isEmpty ? '–' : rate(slope.perSecond()));
    const timer = setInterval(showRate, 1000);

    return {
      update(board) {
        for (const [name, { element, link }] of counters) {
          const value = board.count('totals', name);
          element.dataset.value = String(value);
          setText(link, number(value));
          // Nothing is behind a zero.
          if (value === 0) link.removeAttribute('href');
          else link.setAttribute('href', behind('totals', name));
        }
        if (board.count('totals', 'candidates') === 0) candidates.remove();
        else if (!candidates.isConnected) tiles[0].after(candidates);
        slope.add(board.count('totals', 'records'));
        showRate();
        announce(board.count('totals', 'planets'));
      },
      land(groups) {
        for (const group of groups) {
          const counter = counters.get(group);
          if (counter) markElement(counter.element);
        }
      },
      destroy: () => clearInterval(timer),
    };
  },
};

/** How fast a number grew over the last seconds. */
class Slope {
  /** @type {{time: number, value: number}[]} */
  #seen = [];

  get isEmpty() {
    return this.#seen.length === 0;
  }

  /** @param {number} value now */
  add(value) {
    this.#seen.push({ time: performance.now(), value });
    if (this.#seen.length > 200) this.#seen = this.#seen.slice(-100);
  }

  perSecond() {
    const now = performance.now();
    while (this.#seen.length > 1 && now - this.#seen[1].time > rateWindowMilliseconds) this.#seen.shift();
    const [first] = this.#seen;
    const last = this.#seen[this.#seen.length - 1];
    return Math.max(0, (last.value - first.value) / Math.max(1, (now - first.time) / 1000));
  }
}

/** Spoken politely, at most every ten seconds, and only what changed.
 * @param {number} planets */
function announce(planets) {
  announcedPlanets ??= planets;
  const now = performance.now();
  if (planets === announcedPlanets || now - announcedAt < announceEveryMilliseconds) return;
  const change = `${planets > announcedPlanets ? '+' : '−'}${number(Math.abs(planets - announcedPlanets))}`;
  setText(find('#announcer', HTMLElement), t('totals.announce', { planets, change }));
  announcedAt = now;
  announcedPlanets = planets;
}
