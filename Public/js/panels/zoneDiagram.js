// The habitable-zone diagram: flux against the star's temperature, with the limits of Kopparapu et al. 2014.
// Not here: how it is drawn (../zoneChart.js), what the classes mean for one planet (../prediction.js), nor the limits'
// formula, which the server computes.

import { cellTable, readCells } from '../cells.js';
import { known, t } from '../i18n.js';
import { planet as addressOf } from '../links.js';
import { zoneChart } from '../zoneChart.js';
import { ZoneErrors } from '../zoneErrors.js';

/** @typedef {import('../zoneChart.js').ZonePlanet} ZonePlanet */

/** @type {Panel} */
export default {
  id: 'zoneDiagram', size: 'full', reads: ['hz_diagram', 'hz_points', 'candidates'],
  mount(frame, schema) {
    const bars = frame.choice('bars', ['none', 'shown']);
    const view = frame.choice('view', ['zone', 'all']);
    const errors = new ZoneErrors(() => frame.redraw());
    const grid = schema.grid('hz_diagram');
    const { show, land } = zoneChart(frame, grid);
    frame.note(`${t('panel.zoneDiagram.about')} ${t('habitable.meaning')}`);

    return {
      land,
      update(board) {
        const planets = readPlanets(board);
        const withBars = bars() === 'shown' && view() === 'zone';
        if (withBars) errors.want(board);
        for (const planet of planets) {
          planet.origin = errors.origin(planet.key) || board.groups('candidates').get(planet.key)?.radius_provenance;
        }
        const count = (/** @type {(planet: ZonePlanet) => boolean} */ which) => planets.filter(which).length;
        const counts = {
          n: planets.length,
          inside: count(({ hz_class: zone }) => zone === 'conservative' || zone === 'optimistic'),
          small: count(({ habitable }) => habitable === 2),
          large: count(({ habitable }) => habitable === 1),
        };
        show({
          all: view() === 'all', groups: board.groups('hz_diagram'), counts: readCells(board, grid, 'cell'),
          given: planets, errors: withBars ? errors.of(planets) : null,
          summary: `${t('panel.zoneDiagram.summary', counts)} ${t('habitable.meaning')}`,
        });
      },
      destroy: () => errors.destroy(),
      table(board) {
        if (view() === 'zone') return planetTable(board);
        const cells = readCells(board, grid, 'cell').sort((a, b) => b.i - a.i || a.j - b.j);
        return cellTable(grid, cells, t('axis.flux'), t('axis.teff'));
      },
    };
  },
};

/** @param {Board} board */
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

/** The highest flux first, as in the diagram from the left.
 * @param {Board} board @returns {ZonePlanet[]} */
function readPlanets(board) {
  const planets = [...board.groups('hz_points')].map(([key, one]) => ({ key, ...one, kind: kindOf(one) }));
  return planets.sort((a, b) => b.flux_thermal - a.flux_thermal || (a.key < b.key ? -1 : 1));
}

/** The key of its text.
 * @param {ZonePoint} planet */
function kindOf({ habitable, hz_class: zone }) {
  if (habitable) return `rank.${habitable}`;
  return zone === 'hot' || zone === 'cold' ? `kind.${zone}` : 'kind.size';
}
