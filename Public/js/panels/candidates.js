// Planets of the right size on the right orbit: class, probability, similarity, distance; each a link to its page.
// Not a list of habitable planets: nobody knows of one. The counts of all classes are in predictedCounts.js.

import { DataTable } from '../dataTable.js';
import { h, setText } from '../dom.js';
import { known, number, probability, t } from '../i18n.js';

const fewRows = 12;
/** Light-years in a parsec (IAU 2015 B2: the parsec from the au). */
const lightYears = 3.261563777;

/** Each order's number, the lowest first; what has none comes last. @type {Record<string, (one: any) => number | null>} */
const orders = {
  probable: (one) => (one.probability === null ? null : -one.probability),
  near: (one) => one.sy_dist,
  similar: (one) => (one.esi2 === null ? null : -one.esi2),
};

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'candidates', slot: 'predictions', size: 'full', reads: ['candidates'],
  mount(frame) {
    const order = frame.choice('order', Object.keys(orders).map((name) => [name, t(`order.${name}`)]), 'probable', () => frame.redraw());
    const rank = frame.choice('rank', [['all', t('all')], ['2', t('rank.2.short')], ['1', t('rank.1.short')]], 'all', () => frame.redraw());
    const table = new DataTable();
    const status = h('p', { class: 'note', role: 'status', 'data-candidates': '' });
    const more = h('button', { type: 'button', class: 'quiet', 'data-more': '', on: { click: () => { frame.state.set('more', frame.state.get('more') !== true); frame.redraw(); } } });
    frame.body.append(h('p', { class: 'meaning' }, t('habitable.meaning')), status,
      h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('panel.candidates.title') }, table.element), more);
    frame.note(t('panel.candidates.about'));

    return {
      update(board) {
        const all = read(board);
        const wanted = sorted(all.filter((one) => rank() === 'all' || String(one.habitable) === rank()), orders[order()]);
        const open = frame.state.get('more') === true;
        const shown = open ? wanted : wanted.slice(0, fewRows);
        setText(status, all.length === 0 ? t('panel.candidates.none')
          : t('panel.candidates.summary', { n: all.length, small: all.filter((one) => one.habitable === 2).length, large: all.filter((one) => one.habitable === 1).length }));
        table.element.hidden = all.length === 0;
        table.show({
          caption: `${t('panel.candidates.title')}, ${t(`order.${order()}`)}`,
          columns: [t('planet'), t('probability'), t('distance.ly'), t('class'), t('esi2'), t('esi4'), t('type'), t('zone'), t('axis.radius'), t('axis.mass')],
          rows: shown.map((one) => ({
            key: one.key, head: one.pl_name, href: `#/planet/${encodeURIComponent(one.key)}`,
            cells: [
              { text: one.probability === null ? '–' : probability(one.probability), value: one.probability, group: `${one.key}#probability` },
              { text: one.sy_dist === null ? '–' : number(one.sy_dist * lightYears), value: one.sy_dist, group: `${one.key}#sy_dist` },
              { text: t(`rank.${one.habitable}.short`) },
              { value: one.esi2, group: `${one.key}#esi2` },
              { value: one.esi4, group: `${one.key}#esi4` },
              { text: one.pl_type ? known('type', one.pl_type) : '–' },
              { text: one.hz_class ? known('zone', one.hz_class) : '–' },
              { text: sized(one.pl_rade, one.radius_provenance) },
              { text: sized(one.pl_bmasse, one.mass_provenance) },
            ],
          })),
        });
        more.hidden = wanted.length <= fewRows;
        more.setAttribute('aria-expanded', String(open));
        setText(more, open ? t('panel.candidates.less') : t('panel.candidates.more', { n: wanted.length }));
      },
    };
  },
};

/** @param {import('../board.js').Board} board @returns {any[]} */
function read(board) {
  return [...board.groups('candidates')].map(([key, one]) => ({ key, probability: null, esi2: null, esi4: null, sy_dist: null, pl_rade: null, pl_bmasse: null, ...one }));
}

/** @param {any[]} list @param {(one: any) => number | null} by */
function sorted(list, by) {
  const place = (/** @type {any} */ one) => by(one) ?? Infinity;
  // Infinity less Infinity is no number: planets without a value are then in order of name.
  return list.sort((a, b) => (place(a) - place(b)) || b.habitable - a.habitable || (a.pl_name < b.pl_name ? -1 : 1));
}

/** A value that nobody measured says so. @param {number | null} value @param {string | null} origin */
function sized(value, origin) {
  if (value === null) return '–';
  return origin && origin !== 'measured' ? `${number(value)} (${known('origin.short', origin)})` : number(value);
}
