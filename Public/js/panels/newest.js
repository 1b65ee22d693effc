// The planets that came or changed last.
// Not here: all planets (../table.js).

import { h, setText } from '../dom.js';
import { ago, known, number, t } from '../i18n.js';
import { planet } from '../links.js';

/** @type {Panel} */
export default {
  id: 'newest', reads: ['newest'],
  mount(frame) {
    const list = h('ol', { class: 'newest' });
    const none = h('p', { class: 'note' }, t('panel.newest.none'));
    frame.body.append(list, none);
    /** Entries seen before: a new one is marked for a moment.
     * @type {Set<string> | null} */
    let before = null;
    /** @type {Map<string, HTMLElement>} */
    const items = new Map();
    const timer = setInterval(() => {
      for (const time of list.querySelectorAll('time')) setText(time, ago(Number(time.dataset.t)));
    }, 15_000);

    return {
      update(board) {
        const entries = board.groups('newest').get('list') ?? [];
        const names = new Set(entries.map(identity));
        // Where all are others, another moment is shown: none of them has just come.
        const isNext = before !== null && entries.some((entry) => before?.has(identity(entry)));
        // Items stay where they are while new ones come above them: a focused link keeps its focus.
        for (const [name, element] of items) {
          if (names.has(name)) continue;
          element.remove();
          items.delete(name);
        }
        entries.forEach((entry, i) => {
          const name = identity(entry);
          const element = items.get(name) ?? item(entry, isNext && !before?.has(name));
          items.set(name, element);
          if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
        });
        none.hidden = entries.length > 0;
        before = names;
      },
      destroy: () => clearInterval(timer),
    };
  },
};

/** @param {Newest} entry */
const identity = (entry) => `${entry.key} ${entry.t} ${entry.change}`;

/** @param {Newest} entry @param {boolean} fresh */
function item(entry, fresh) {
  const facts = [
    entry.discoverymethod && known('method', entry.discoverymethod),
    entry.disc_year && String(entry.disc_year),
    entry.pl_rade && `${number(entry.pl_rade)} R⊕`,
    entry.pl_bmasse && `${number(entry.pl_bmasse)} M⊕`,
    entry.pl_orbper && `${number(entry.pl_orbper)} ${t('days')}`,
  ].filter(Boolean);
  return h('li', { class: fresh ? 'fresh' : null, 'data-key': entry.key, 'data-change': entry.change },
    h('a', { href: planet(entry.key) }, entry.pl_name ?? entry.key),
    h('span', { class: `badge ${entry.change}` }, known('change', entry.change)),
    h('span', { class: 'facts', title: facts.join(' · ') }, facts.join(' · ')),
    h('time', { datetime: new Date(entry.t).toISOString(), 'data-t': entry.t }, ago(entry.t)));
}
