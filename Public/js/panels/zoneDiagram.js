// The habitable-zone diagram: flux against the star's temperature, with the limits of Kopparapu et al. 2014.
// Not here: how it is drawn (../zoneChart.js), what the classes mean for one planet (../prediction.js), nor the limits'
// formula, which the server computes.

import { logEdge } from '../charts.js';
import { known, number, t } from '../i18n.js';
import { behind, planet as addressOf } from '../links.js';
import { zoneChart } from '../zoneChart.js';

/** @typedef {import('../zoneChart.js').ZoneCell} ZoneCell */
/** @typedef {import('../zoneChart.js').ZonePlanet} ZonePlanet */

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'zoneDiagram', slot: 'predictions', size: 'full', reads: ['hz_diagram', 'hz_points'],
  mount(frame, page) {
    const view = frame.choice('view', ['zone', 'all'], 'zone', (value) => t(`view.${value}`));
    const { canvas, describe } = frame.canvas('tall');
    const grid = page.schema.grid('hz_diagram');
    const drawing = zoneChart(canvas, grid, (key) => page.show(addressOf(key)));
    frame.body.append(drawing.key);
    frame.note(`${t('panel.zoneDiagram.about')} ${t('habitable.meaning')}`);

    return {
      update(board) {
        const planets = readPlanets(board);
        drawing.show(view() === 'all', board.groups('hz_diagram'), readCells(board, grid), planets);
        const count = (/** @type {(planet: ZonePlanet) => boolean} */ which) => planets.filter(which).length;
        const counts = {
          n: planets.length,
          inside: count(({ hz_class: zone }) => zone === 'conservative' || zone === 'optimistic'),
          small: count(({ habitable }) => habitable === 2),
          large: count(({ habitable }) => habitable === 1),
        };
        describe(`${t('panel.zoneDiagram.summary', counts)} ${t('habitable.meaning')}`);
      },
      table: (board) => (view() === 'all' ? cellTable(frame.title, readCells(board, grid), grid) : planetTable(board)),
      destroy: drawing.destroy,
    };
  },
};

/** @param {string} caption @param {ZoneCell[]} cells @param {import('../schema.js').Grid} grid */
function cellTable(caption, cells, grid) {
  return {
    caption,
    columns: [t('axis.flux'), t('axis.teff'), t('totals.planets')],
    rows: cells.sort((a, b) => b.x - a.x || a.y - b.y).map(({ x, y, count, group }) => ({
      key: group,
      head: `${logEdge(x)} – ${logEdge(x + grid.x.step)}`,
      cells: [
        { text: `${number(y)} – ${number(y + grid.y.step)}` },
        { group, value: count, href: behind('hz_diagram', group) },
      ],
    })),
  };
}

/** @param {import('../board.js').Board} board */
function planetTable(board) {
  const heads = ['planet', 'axis.flux', 'axis.teff', 'axis.radius', 'type', 'zone', 'class'];
  return {
    caption: t('panel.zoneDiagram.nearest'),
    columns: heads.map((head) => t(head)),
    rows: readPlanets(board).map((planet) => ({
      key: planet.key,
      head: planet.pl_name,
      href: addressOf(planet.key),
      cells: [
        { group: `${planet.key}#flux`, value: planet.flux_thermal },
        { value: planet.st_teff },
        { value: planet.pl_rade },
        { text: known('type', String(planet.pl_type)) },
        { text: known('zone', String(planet.hz_class)) },
        { text: t(planet.kind) },
      ],
    })),
  };
}

/** @param {import('../board.js').Board} board @param {import('../schema.js').Grid} grid */
function readCells(board, grid) {
  const found = [];
  for (const [group, count] of board.groups('hz_diagram')) {
    const [which, i, j] = group.split('/');
    if (which !== 'cell' || typeof count !== 'number' || count === 0) continue;
    const [x, y] = [grid.x.lowest + Number(i) * grid.x.step, grid.y.lowest + Number(j) * grid.y.step];
    found.push({ x, y, count, group });
  }
  return found;
}

/** The highest flux first, as in the diagram from the left.
 * @param {import('../board.js').Board} board @returns {ZonePlanet[]} */
function readPlanets(board) {
  const planets = [...board.groups('hz_points')].map(([key, one]) => ({ key, ...one, kind: kindOf(one) }));
  return planets.sort((a, b) => b.flux_thermal - a.flux_thermal || (a.key < b.key ? -1 : 1));
}

/** The key of its text.
 * @param {import('../types.js').ZonePoint} planet */
function kindOf({ habitable, hz_class: zone }) {
  if (habitable) return `rank.${habitable}`;
  return zone === 'hot' || zone === 'cold' ? `kind.${zone}` : 'kind.size';
}
