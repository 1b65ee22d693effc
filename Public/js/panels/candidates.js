// Planets of the right size on the right orbit: class, probability, similarity, distance; each a link to its page.
// Not a list of habitable planets: nobody knows of one. The counts of all classes are in predictedCounts.js.

import { DataTable } from '../dataTable.js';
import { button, h, scroller, setText } from '../dom.js';
import { known, number, probability, t } from '../i18n.js';
import { planet } from '../links.js';

/** @typedef {import('../types.js').Candidate & {key: string}} Candidate */

const fewRows = 12;

/** Each order's number, the lowest first; null comes last.
 * @type {Record<string, (one: Candidate) => number | null>} */
const orders = {
  probable: (one) => one.probability && -one.probability,
  near: (one) => one.sy_dist,
  similar: (one) => one.esi2 && -one.esi2,
};
const heads = [
  'planet', 'probability', 'distance.ly', 'class', 'esi2', 'esi4', 'type', 'zone', 'axis.radius', 'axis.mass',
];

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'candidates', slot: 'predictions', size: 'full', reads: ['candidates'],
  mount(frame, { schema }) {
    const order = frame.choice('order', Object.keys(orders), 'probable', (value) => t(`order.${value}`));
    const rank = frame.choice('rank', ['all', '2', '1'], 'all', (value) => (
      value === 'all' ? t('all') : t(`rank.${value}.short`)));
    const table = new DataTable();
    const status = h('p', { class: 'note', role: 'status', 'data-candidates': '' });
    const more = button('', () => frame.toggle('more'), { class: 'quiet', 'data-more': '' });
    frame.body.append(
      h('p', { class: 'meaning' }, t('habitable.meaning')), status, scroller(frame.title, table.element), more);
    frame.note(t('panel.candidates.about'));

    return {
      update(board) {
        const all = [...board.groups('candidates')].map(([key, one]) => ({ key, ...one }));
        const wanted = all.filter((one) => rank() === 'all' || String(one.habitable) === rank());
        sort(wanted, orders[order()]);
        const open = frame.state.open.has('more');
        const shown = wanted.slice(0, open ? wanted.length : fewRows);
        setText(status, summary(all));
        table.element.hidden = all.length === 0;
        table.show({
          caption: `${frame.title}, ${t(`order.${order()}`)}`,
          columns: heads.map((head) => t(head)),
          rows: shown.map((one) => row(one, schema.units.parsec_in_light_years)),
        });
        more.hidden = wanted.length <= fewRows;
        more.setAttribute('aria-expanded', String(open));
        setText(more, open ? t('panel.candidates.less') : t('panel.candidates.more', { n: wanted.length }));
      },
    };
  },
};

/** @param {Candidate[]} all */
function summary(all) {
  if (all.length === 0) return t('panel.candidates.none');
  const ofRank = (/** @type {number} */ rank) => all.filter((one) => one.habitable === rank).length;
  return t('panel.candidates.summary', { n: all.length, small: ofRank(2), large: ofRank(1) });
}

/** @param {Candidate[]} list @param {(one: Candidate) => number | null} by */
function sort(list, by) {
  const place = (/** @type {Candidate} */ one) => by(one) ?? Infinity;
  // Infinity less Infinity is no number: planets without a value are then in order of name.
  list.sort((a, b) => (place(a) - place(b)) || b.habitable - a.habitable || (a.pl_name < b.pl_name ? -1 : 1));
}

/** @param {Candidate} one @param {number} lightYears in a parsec */
function row(one, lightYears) {
  const { key } = one;
  return {
    key,
    head: one.pl_name,
    href: planet(key),
    cells: [
      { ...optional(one.probability, probability), group: `${key}#probability` },
      { ...optional(one.sy_dist, (parsecs) => number(parsecs * lightYears)), group: `${key}#sy_dist` },
      { text: t(`rank.${one.habitable}.short`) },
      { value: one.esi2, group: `${key}#esi2` },
      { value: one.esi4, group: `${key}#esi4` },
      { text: one.pl_type ? known('type', one.pl_type) : '–' },
      { text: one.hz_class ? known('zone', one.hz_class) : '–' },
      { text: sized(one.pl_rade, one.radius_provenance) },
      { text: sized(one.pl_bmasse, one.mass_provenance) },
    ],
  };
}

/** @param {number | null} value @param {(value: number) => string} text */
const optional = (value, text) => ({ value, text: value === null ? '–' : text(value) });

/** A value that nobody measured says so.
 * @param {number | null} value @param {string | null} origin */
function sized(value, origin) {
  if (value === null) return '–';
  return origin && origin !== 'measured' ? `${number(value)} (${known('origin.short', origin)})` : number(value);
}
