// Planets of the right size on the right orbit: class, probability, similarity, distance; each a link to its page.
// Not a list of habitable planets: nobody knows of one. The counts of all classes are in predictedCounts.js.

import { DataTable } from '../dataTable.js';
import { h, scroller, setText } from '../dom.js';
import { tableItems } from '../figure.js';
import { known, number, probability, t } from '../i18n.js';
import { planet } from '../links.js';

/** @typedef {Candidate & {key: string}} One */

/** Each order's number, the lowest first; null comes last.
 * @type {Record<string, (one: One) => number | null>} */
const orders = {
  probable: (one) => one.probability && -one.probability,
  near: (one) => one.sy_dist,
  similar: (one) => one.esi2 && -one.esi2,
};
const heads = [
  'planet', 'probability', 'distance.short', 'class', 'esi2.short', 'esi4.short', 'type', 'zone', 'axis.radius',
  'axis.mass',
];

/** Of the same list by the API. */
const columns = [
  'pl_name', 'habitable', 'habitable_probability', 'hz_class', 'pl_type', 'esi2', 'esi4', 'sy_dist', 'pl_rade',
  'radius_provenance', 'pl_bmasse', 'mass_provenance', 'pl_controv_flag',
];

/** @type {Panel} */
export default {
  id: 'candidates', size: 'full', reads: ['candidates'],
  mount(frame, schema) {
    const order = frame.choice('order', Object.keys(orders));
    const rank = frame.choice('rank', ['all', '2', '1']);
    const table = new DataTable();
    const status = h('p', { class: 'note', role: 'status', 'data-candidates': '' });
    frame.body.append(
      h('p', { class: 'meaning' }, t('habitable.meaning')), status,
      scroller(t('table.of', { name: frame.title }), table.element));
    frame.items = () => tableItems(`api/planets?${new URLSearchParams({
      is_planet: 'true', 'habitable.gte': '1', sort: '-habitable_probability', columns: columns.join(','),
    })}`).slice(1, -1);
    const cut = frame.more(12);
    frame.note(t('panel.candidates.about'));

    return {
      update(board) {
        const all = [...board.groups('candidates')].map(([key, one]) => ({ key, ...one }));
        const wanted = all.filter((one) => rank() === 'all' || String(one.habitable) === rank());
        sort(wanted, orders[order()]);
        setText(status, summary(all));
        table.element.hidden = all.length === 0;
        table.show({
          caption: `${frame.title}, ${t(`choice.order.${order()}`)}`,
          columns: heads.map((head) => t(head)),
          rows: cut(wanted).map((one) => row(one, schema.units.parsec_in_light_years)),
        });
      },
    };
  },
};

/** @param {One[]} all */
function summary(all) {
  if (all.length === 0) return t('panel.candidates.none');
  const ofRank = (/** @type {number} */ rank) => all.filter((one) => one.habitable === rank).length;
  return t('panel.candidates.summary', { n: all.length, small: ofRank(2), large: ofRank(1) });
}

/** @param {One[]} list @param {(one: One) => number | null} by */
function sort(list, by) {
  const place = (/** @type {One} */ one) => by(one) ?? Infinity;
  // Infinity less Infinity is no number: planets without a value are then in order of name.
  list.sort((a, b) => (place(a) - place(b)) || b.habitable - a.habitable || (a.pl_name < b.pl_name ? -1 : 1));
}

/** @param {One} one @param {number} lightYears in a parsec */
function row(one, lightYears) {
  const { key } = one;
  return {
    key,
    head: one.pl_controv_flag ? `${one.pl_name} (${t('controversial')})` : one.pl_name,
    href: planet(key),
    cells: [
      { ...optional(one.probability, probability), group: `${key}#probability` },
      { ...optional(one.sy_dist, (parsecs) => number(parsecs * lightYears)), group: `${key}#sy_dist` },
      { text: t(`choice.rank.${one.habitable}`) },
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
