// The relations that masses and radii are forecast with, drawn over the mass-radius diagram; the first with a band.
// Not here: the relations themselves, which the server computes (docs/LIVE.md, mass_radius_relation).

import { colours } from './charts.js';
import { DataTable } from './dataTable.js';
import { h, scroller, svg } from './dom.js';
import { number, t } from './i18n.js';
import { ground, line } from './plot/layers.js';

/** The relation of the forecasts. A point: mass, then the radius at 50, 16, 84, 2.5 and 97.5 %. */
const main = 'chen_kipping_2017';
/** Each with a dash of its own.
 * @type {Record<string, number[]>} */
const others = { otegi_2020_rocky: [2, 3], otegi_2020_volatile: [7, 3], mueller_2024: [9, 3, 2, 3] };

/** @param {PanelFrame} frame */
export function relation(frame) {
  const shown = frame.select('relation', ['forecast', 'all', 'none']);
  const key = h('ul', { class: 'legend' });
  const table = new DataTable();
  const details = frame.details('relation', { class: 'second-table', 'data-relation-table': '' },
    t('relation.table'), scroller(t('relation.table'), table.element));
  /** @type {Map<string, number[][]>} */
  let lines = new Map();

  /** @returns {Layer[]} */
  function layers() {
    if (shown() === 'none') return [];
    const { ink } = colours();
    const forecast = lines.get(main) ?? [];
    const edge = (/** @type {number} */ i) => forecast.map((point) => /** @type {Place2} */ ([point[0], point[i]]));
    const band = ground([...edge(2), ...edge(3).reverse()], { fill: ink, alpha: 0.22 });
    const edges = [2, 3].map((i) => line(edge(i), { stroke: ink, width: 1, dash: [1.5, 3] }));
    const rest = shown() !== 'all' ? [] : Object.entries(others).map(([name, dash]) => (
      rimmed((lines.get(name) ?? []).map(([mass, radius]) => [mass, radius]), dash, 1.75)));
    return [...(forecast.length > 1 ? [band, ...edges, rimmed(edge(1), [], 2.25)] : []), ...rest];
  }

  function entries() {
    if (shown() === 'none' || lines.size === 0) return [];
    const first = h('li', {}, swatch([], true), ` ${t(`relation.${main}`)}`);
    if (shown() !== 'all') return [first];
    const more = Object.entries(others).map(([name, dash]) => h('li', {}, swatch(dash), ` ${t(`relation.${name}`)}`));
    return [first, ...more];
  }

  /** @param {Board} board */
  function update(board) {
    lines = board.groups('mass_radius_relation');
    const items = entries();
    if (key.childElementCount !== items.length) key.replaceChildren(...items);
    key.hidden = items.length === 0;
    if (!details.open) return;
    table.show({
      caption: t(`relation.${main}`),
      columns: [t('axis.mass'), `${t('axis.radius')}, 50 %`, '16 %', '84 %', '2.5 %', '97.5 %'],
      rows: (lines.get(main) ?? []).map(([mass, ...radii]) => ({
        key: `relation/${mass}`,
        head: number(Number(mass.toPrecision(4))),
        cells: radii.map((value, i) => ({ value, group: `${mass}#${i}` })),
      })),
    });
  }
  return { layers, update, key, details };
}

/** A line as in the diagram, for the legend.
 * @param {number[]} dash @param {boolean} [band] */
function swatch(dash, band = false) {
  return svg('svg', { width: 28, height: 12, 'aria-hidden': 'true' },
    band && svg('rect', { x: 0, y: 0, width: 28, height: 12, class: 'band' }),
    svg('line', { x1: 0, x2: 28, y1: 6, y2: 6, class: 'limit', 'stroke-dasharray': dash.join(' ') || null }));
}

/** @typedef {[x: number, y: number]} Place2 */

/** A rim in the page's colour keeps the line visible over any cell.
 * @param {Place2[]} values @param {number[]} dash @param {number} width */
function rimmed(values, dash, width) {
  const { ink, surface } = colours();
  return line(values, { stroke: ink, width, dash }, { halo: { stroke: surface, width: width + 2.5 } });
}
