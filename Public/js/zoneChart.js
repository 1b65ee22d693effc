// How the habitable-zone diagram is drawn: planets as points or as cells of counts, the zone, its limits, the legend.
// Not here: what is read from the board (panels/zoneDiagram.js).

import { axisOf, cellLayer, cellPlace } from './cells.js';
import { colours } from './charts.js';
import { h, svg } from './dom.js';
import { known, number, t } from './i18n.js';
import { behind, planet as addressOf } from './links.js';
import { errorBars, ground, line, points } from './plot/layers.js';
import { SvgSurface } from './plot/svgSurface.js';

/**
 * @typedef {ZonePoint & {key: string, kind: string, origin?: string | null}} ZonePlanet `origin` of the radius
 * @typedef {[flux: number, temperature: number][]} Limit
 */

/** From the inner edge to the outer, each with its dash.
 * @type {[name: string, dash: number[]][]} */
const limits = [
  ['recent_venus', []], ['runaway_greenhouse_5', [9, 3, 2, 3]], ['runaway_greenhouse_1', [7, 3]],
  ['runaway_greenhouse_0.1', [2, 3]], ['maximum_greenhouse', [7, 3]], ['early_mars', []],
];
/** Text, colour, mark and size of each kind of planet: never colour alone.
 * @type {{name: string, series: number, shape: Shape, size: number}[]} */
const kinds = [
  { name: 'rank.2', series: 2, shape: 'circle', size: 5.5 },
  { name: 'rank.1', series: 1, shape: 'triangle', size: 5 },
  { name: 'kind.size', series: 3, shape: 'square', size: 4 },
  { name: 'kind.hot', series: 5, shape: 'saltire', size: 4 },
  { name: 'kind.cold', series: 0, shape: 'cross', size: 4 },
];
/** The points near the zone lie within; the cells take the whole grid. */
const nearZone = { min: 0.1, max: 10 };
const highestTemperature = 7200;
const sunTemperature = 5780;

/** @param {PanelFrame} frame @param {Grid} grid */
export function zoneChart(frame, grid) {
  const colour = colours();
  const inks = kinds.map((kind) => inkOf(kind, colour));
  /** @type {import('./cells.js').GridCell[]} */
  let cells = [];
  /** @type {ZonePlanet[]} */
  let planets = [];
  let keyed = '';
  const { plot, land } = frame.plot('tall');
  const key = h('ul', { class: 'legend' });
  frame.body.append(key);
  frame.legend = () => (cells.length > 0 ? [] : kinds.map((kind, i) => ({
    text: t(kind.name), draw: (surface, x, y) => surface.mark(kind.shape, x, y, kind.size, inks[i]),
  })));

  /** @param {Limit[]} lines @param {boolean} all */
  function showKey(lines, all) {
    const suns = lines.map(fluxAtSun);
    const shown = JSON.stringify([suns, all]);
    if (keyed === shown) return;
    keyed = shown;
    const marks = kinds.map((kind, i) => h('li', {}, swatch(kind, inks[i]), ` ${t(kind.name)}`));
    key.replaceChildren(...limits.map(([name, dash], i) => limitEntry(name, dash, suns[i])), ...(all ? [] : marks));
  }

  /** `all` planets, as cells of counts; else those near the zone, as points. `groups` of the board.
   * @param {{all: boolean, groups: Map<string, Groups['hz_diagram']>, counts: typeof cells, given: ZonePlanet[],
   *   errors: ReturnType<import('./zoneErrors.js').ZoneErrors['of']> | null, summary: string}} what */
  function show({ all, groups, counts, given, errors, summary }) {
    cells = all ? counts : [];
    planets = all ? [] : given;
    const lines = limits.map(([name]) => limitOf(groups.get(`limit/${name}`)));
    showKey(lines, all);
    plot.element.dataset.points = String(planets.length);
    const zone = [...lines[0], ...[...lines[lines.length - 1]].reverse()];
    const flux = { ...axisOf(grid.x, t('axis.flux')), reverse: true };
    const star = { ...axisOf(grid.y, t('axis.teff')), max: highestTemperature };
    plot.show({
      x: all ? flux : { ...flux, ...nearZone }, y: star,
      layers: [
        ground(zone, { fill: colour.accentSoft }), cellLayer(grid, cells, {
          text: (i) => [t('planets.count', { n: cells[i].count })],
          go: (i) => frame.go(behind('hz_diagram', cells[i].group)),
        }),
        ...lines.map((one, i) => line(one, { stroke: colour.ink, width: 1.75, dash: limits[i][1] })),
        ...(errors ? [bars(errors)] : []), marks(),
      ],
      summary,
    });
  }

  const kindsOf = () => planets.map((planet) => kinds.findIndex(({ name }) => name === planet.kind));

  /** @param {ReturnType<import('./zoneErrors.js').ZoneErrors['of']>} errors @returns {Layer} */
  function bars(errors) {
    const palette = inks.map(({ fill, stroke }) => ({ stroke: fill ?? stroke, width: 1, alpha: 0.55 }));
    const { x, y } = places();
    return errorBars({ x, y, codes: kindsOf(), palette, ...errors });
  }

  const places = () => (
    { x: planets.map((planet) => planet.flux_thermal), y: planets.map((planet) => planet.st_teff) });

  /** @returns {Layer} */
  function marks() {
    const codes = kindsOf();
    return points({
      ...places(), codes,
      radius: codes.map((code) => kinds[code]?.size ?? 0), palette: inks, shapes: kinds.map(({ shape }) => shape),
      text: (i) => pointText(planets[i]), go: (i) => frame.go(addressOf(planets[i].key)),
    });
  }

  /** @param {string[]} groups cells, and planets by their keys */
  function landAt(groups) {
    land((drawn) => groups.map((group) => {
      const planet = planets.find((one) => one.key === group);
      if (!planet) return cellPlace(drawn, grid, cells, group);
      return { x: drawn.x.pixel(planet.flux_thermal), y: drawn.y.pixel(planet.st_teff) };
    }));
  }
  return { show, land: landAt };
}

/** @param {typeof kinds[number]} kind @param {Colours} colour @returns {Ink} */
function inkOf({ shape, series }, colour) {
  const own = colour.series[series];
  return shape === 'cross' || shape === 'saltire' ? { stroke: own, width: 1.75 }
    : { fill: own, stroke: colour.ink, width: 1 };
}

/** @param {Groups['hz_diagram'] | undefined} given @returns {Limit} */
const limitOf = (given) => (typeof given === 'object' ? given.map(([temperature, flux]) => [flux, temperature]) : []);

/** @param {ZonePlanet} planet */
function pointText(planet) {
  const { origin } = planet;
  const note = origin && origin !== 'measured' ? ` (${known('origin.short', origin)})` : '';
  return [
    planet.pl_name, t(planet.kind), `${t('axis.flux')}: ${number(planet.flux_thermal)}`,
    `${t('axis.teff')}: ${number(planet.st_teff)}`, `${t('axis.radius')}: ${number(planet.pl_rade)}${note}`,
  ];
}

/** A limit's flux at a star like the Sun, between its two nearest points.
 * @param {Limit} limit */
function fluxAtSun(limit) {
  const after = limit.findIndex(([, temperature]) => temperature >= sunTemperature);
  if (after < 1) return null;
  const [[low, from], [high, to]] = [limit[after - 1], limit[after]];
  return Number((low + (high - low) * (sunTemperature - from) / (to - from)).toPrecision(3));
}

/** @param {string} name @param {number[]} dash @param {number | null} flux */
function limitEntry(name, dash, flux) {
  const swatchLine = svg('line', {
    x1: 0, x2: 28, y1: 5, y2: 5, class: 'limit', 'stroke-dasharray': dash.join(' ') || null,
  });
  return h('li', { 'data-limit': name }, svg('svg', { width: 28, height: 10, 'aria-hidden': 'true' }, swatchLine),
    ` ${t(`limit.${name}`)}`, flux !== null && ` (${number(flux)})`);
}

/** The same mark as in the diagram.
 * @param {typeof kinds[number]} kind @param {Ink} ink */
function swatch({ shape }, ink) {
  const surface = new SvgSurface();
  surface.clear(14, 14);
  surface.mark(shape, 7, 7, 5, ink);
  surface.element.setAttribute('aria-hidden', 'true');
  return surface.element;
}
