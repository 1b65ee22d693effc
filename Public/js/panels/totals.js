// The counters at the top: planets, hosts, facilities, and what has come in so far.
// Not here: the rate's history (rate.js).

import { byId, h, setText } from '../dom.js';
import { number, rate, t } from '../i18n.js';
import { behind } from '../links.js';

const main = ['planets', 'hosts', 'facilities', 'controversial'];
const log = ['records', 'revisions', 'duplicates', 'withdrawals', 'late', 'aliases', 'warned', 'rejected'];
const announceEveryMilliseconds = 10_000;
const rateWindowMilliseconds = 5_000;

let announcedAt = 0;
/** @type {number | null} */
let announcedPlanets = null;

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'totals', slot: 'overview', size: 'full', reads: ['totals'],
  mount(frame) {
    /** @type {Map<string, HTMLElement>} */
    const numbers = new Map();
    /** @type {Map<string, HTMLElement>} */
    const links = new Map();
    const counter = (/** @type {string} */ name) => {
      const value = h('dd', { 'data-counter': name }, '–');
      numbers.set(name, value);
      const link = h('a', { class: 'behind', href: behind('totals', name) });
      links.set(name, link);
      value.replaceChildren(link);
      return h('div', {}, h('dt', {}, t(`totals.${name}`)), value);
    };
    const perSecond = h('dd', { 'data-counter': 'per-second' }, '–');
    frame.element.classList.add('hero');
    const welcome = h('p', { class: 'welcome', hidden: true }, t('totals.welcome'));
    frame.body.append(
      h('dl', { class: 'tiles' }, main.map(counter)),
      h('dl', { class: 'tally' }, log.map(counter), h('div', {}, h('dt', {}, t('totals.perSecond')), perSecond)), welcome);
    /** Records seen at a time: the rate is their slope over the last seconds. @type {[number, number][]} */
    let seen = [];
    const timer = setInterval(() => showRate(), 1000);

    function showRate() {
      const now = performance.now();
      while (seen.length > 1 && now - seen[1][0] > rateWindowMilliseconds) seen.shift();
      if (seen.length === 0) return;
      const [time, records] = seen[0];
      const last = seen[seen.length - 1];
      const seconds = Math.max(1, (now - time) / 1000);
      setText(perSecond, rate(Math.max(0, (last[1] - records) / seconds)));
    }

    return {
      update(board) {
        for (const [name, element] of numbers) {
          const value = board.count('totals', name);
          element.dataset.value = String(value);
          const link = links.get(name);
          if (link) setText(link, number(value));
        }
        welcome.hidden = board.count('totals', 'planets') > 0;
        seen.push([performance.now(), board.count('totals', 'records')]);
        if (seen.length > 200) seen = seen.slice(-100);
        showRate();
        announce(board.count('totals', 'planets'));
      },
      destroy: () => clearInterval(timer),
    };
  },
};

/** Spoken politely, at most every ten seconds, and only what changed. @param {number} planets */
function announce(planets) {
  if (announcedPlanets === null) announcedPlanets = planets;
  const now = performance.now();
  if (planets === announcedPlanets || now - announcedAt < announceEveryMilliseconds) return;
  setText(byId('announcer'), t('totals.announce', { planets, change: `${planets > announcedPlanets ? '+' : '−'}${number(Math.abs(planets - announcedPlanets))}` }));
  announcedAt = now;
  announcedPlanets = planets;
}
