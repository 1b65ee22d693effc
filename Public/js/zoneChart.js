// How the habitable-zone diagram is drawn: planets as points or as cells of counts, the zone, its limits, the legend.
// Not here: what is read from the board (panels/zoneDiagram.js).

import { cellPlace, edgeOf, paintCells } from './cells.js';
import { clipToArea, colours, placeOf, pointAtHits, redraw } from './charts.js';
import { h, svg } from './dom.js';
import { number, t } from './i18n.js';
import { planet as addressOf } from './links.js';

/**
 * @typedef {ZonePoint & {key: string, kind: string}} ZonePlanet
 * @typedef {Point & {planet?: ZonePlanet}} ZoneDatum
 * @typedef {Dataset<ZoneDatum> & {name: string}} ZoneSet `name` of a limit or of a kind
 */

/** From the inner edge to the outer, each with its dash.
 * @type {[name: string, dash: number[]][]} */
const limits = [
  ['recent_venus', []], ['runaway_greenhouse_5', [9, 3, 2, 3]], ['runaway_greenhouse_1', [7, 3]],
  ['runaway_greenhouse_0.1', [2, 3]], ['maximum_greenhouse', [7, 3]], ['early_mars', []],
];
/** Text, colour, mark and size of each kind of planet: never colour alone. */
const kinds = [
  { name: 'rank.2', series: 2, mark: 'circle', size: 5.5, path: 'M6 1a5 5 0 1 0 .01 0z' },
  { name: 'rank.1', series: 1, mark: 'triangle', size: 5.5, path: 'M6 1l5.200 9H.800z' },
  { name: 'kind.size', series: 3, mark: 'rect', size: 4, path: 'M2 2h8v8H2z' },
  { name: 'kind.hot', series: 5, mark: 'crossRot', size: 3.5, path: 'M2 2l8 8M10 2l-8 8' },
  { name: 'kind.cold', series: 0, mark: 'cross', size: 4, path: 'M6 1v10M1 6h10' },
];
/** Of the flux's logarithm: the points near the zone lie within; the cells take the whole grid. */
const nearZone = { min: -1, max: 1 };
const highestTemperature = 7200;
const sunTemperature = 5780;

/** @param {PanelFrame} frame @param {Grid} grid */
export function zoneChart(frame, grid) {
  const colour = colours();
  const wholeGrid = { min: grid.x.lowest, max: edgeOf(grid.x, grid.x.bins) };
  const points = kinds.map((kind) => pointSet(kind, colour));
  const lines = limits.map(([name, dash]) => lineSet(name, dash, colour.ink));
  /** @type {import('./cells.js').GridCell[]} */
  let cells = [];
  let keyed = '';
  const { canvas, chart, describe, land } = frame.chart('tall', {
    type: 'scatter',
    data: { labels: [], datasets: [...points, ...lines] },
    options: {
      animation: false,
      parsing: false,
      // Room for the last tick's text.
      layout: { padding: { right: 16 } },
      interaction: { mode: 'nearest', intersect: true },
      scales: {
        x: {
          type: 'linear', reverse: true, ...nearZone, title: { text: t('axis.flux') }, afterBuildTicks: roundFluxes,
          ticks: { autoSkip: false, callback: (value) => number(Number((10 ** value).toPrecision(2))) },
        },
        y: { type: 'linear', min: grid.y.lowest, max: highestTemperature, title: { text: t('axis.teff') } },
      },
      plugins: { tooltip: { callbacks: { title: () => '', label: pointText } } },
      onClick: (_, [hit], self) => {
        const planet = hit && self.data.datasets[hit.datasetIndex].data[hit.index].planet;
        if (planet) frame.go(addressOf(planet.key));
      },
      onHover: pointAtHits,
    },
    plugins: [{ id: 'ground', beforeDatasetsDraw: paint }],
  });
  const key = h('ul', { class: 'legend' });
  frame.body.append(key);

  /** The zone as a tinted ground, and the cells.
   * @param {Drawn} drawn */
  function paint(drawn) {
    const { ctx, scales } = drawn;
    ctx.save();
    clipToArea(drawn);
    const outline = [...lines[0].data, ...[...lines[lines.length - 1].data].reverse()];
    ctx.beginPath();
    for (const { x, y } of outline) ctx.lineTo(scales.x.getPixelForValue(x), scales.y.getPixelForValue(y));
    ctx.fillStyle = colour.accentSoft;
    ctx.fill();
    paintCells(drawn, grid, cells);
    ctx.restore();
  }

  /** @param {boolean} all */
  function showKey(all) {
    const suns = lines.map((line) => fluxAtSun(line.data));
    const shown = JSON.stringify([suns, all]);
    if (keyed === shown) return;
    keyed = shown;
    const marks = kinds.map((kind) => h('li', {}, mark(kind, colour), ` ${t(kind.name)}`));
    key.replaceChildren(...limits.map(([name, dash], i) => limitEntry(name, dash, suns[i])), ...(all ? [] : marks));
  }

  /** @param {boolean} all planets, as cells of counts; else those near the zone, as points
   * @param {Map<string, Groups['hz_diagram']>} groups of the board
   * @param {typeof cells} counts @param {ZonePlanet[]} planets */
  function show(all, groups, counts, planets) {
    cells = all ? counts : [];
    for (const line of lines) {
      const given = groups.get(`limit/${line.name}`);
      line.data = typeof given === 'object' ? given.map(([y, flux]) => ({ x: Math.log10(flux), y })) : [];
    }
    for (const set of points) {
      const own = all ? [] : planets.filter((planet) => planet.kind === set.name);
      set.data = own.map((planet) => ({ x: Math.log10(planet.flux_thermal), y: planet.st_teff, planet }));
    }
    showKey(all);
    canvas.dataset.points = String(points.reduce((sum, set) => sum + set.data.length, 0));
    Object.assign(chart.options.scales.x, all ? wholeGrid : nearZone);
    redraw(chart, false);
  }

  /** @param {string[]} groups cells, and planets by their keys */
  function landAt(groups) {
    land(groups.map((group) => {
      for (const [i, set] of points.entries()) {
        const index = set.data.findIndex(({ planet }) => planet?.key === group);
        if (index >= 0) return placeOf(chart, i, index);
      }
      return cellPlace(chart.scales, grid, cells, group);
    }));
  }
  return { show, describe, land: landAt };
}

/** @param {typeof kinds[number]} kind @param {Colours} colour */
function style(kind, colour) {
  const isCross = kind.mark.startsWith('cross');
  const own = colour.series[kind.series];
  return { isCross, fill: own, edge: isCross ? own : colour.ink };
}

/** @param {typeof kinds[number]} kind @param {Colours} colour @returns {ZoneSet} */
function pointSet(kind, colour) {
  const { isCross, fill, edge } = style(kind, colour);
  return {
    name: kind.name, data: [], order: 0, pointStyle: kind.mark, pointRadius: kind.size,
    pointHoverRadius: kind.size + 2, pointHitRadius: 7,
    backgroundColor: fill, borderColor: edge, borderWidth: isCross ? 1.75 : 1,
  };
}

/** @param {string} name @param {number[]} dash @param {string} ink @returns {ZoneSet} */
function lineSet(name, dash, ink) {
  return {
    name, type: 'line', data: [], order: 1, pointRadius: 0, pointHitRadius: 0,
    borderColor: ink, borderWidth: 1.75, borderDash: dash,
  };
}

/** @param {{raw: ZoneDatum, dataset: ZoneSet}} item */
function pointText({ raw: { planet }, dataset }) {
  if (!planet) return '';
  return [
    ` ${planet.pl_name}`,
    t(dataset.name),
    `${t('axis.flux')}: ${number(planet.flux_thermal)}`,
    `${t('axis.teff')}: ${number(planet.st_teff)}`,
    `${t('axis.radius')}: ${number(planet.pl_rade)}`,
  ];
}

/** Ticks at 1, 2 and 5 times the powers of ten; on a long axis at the powers only.
 * @param {Scale} scale */
function roundFluxes(scale) {
  const steps = scale.max - scale.min > 3 ? [1] : [1, 2, 5];
  scale.ticks = [];
  for (let power = Math.floor(scale.min); power <= scale.max; power += 1) {
    for (const step of steps) scale.ticks.push({ value: power + Math.log10(step) });
  }
  scale.ticks = scale.ticks.filter(({ value }) => value >= scale.min && value <= scale.max);
}

/** A limit's flux at a star like the Sun, between its two nearest points.
 * @param {Point[]} line */
function fluxAtSun(line) {
  const after = line.findIndex((point) => point.y >= sunTemperature);
  if (after < 1) return null;
  const [a, b] = [line[after - 1], line[after]];
  const [low, high] = [10 ** a.x, 10 ** b.x];
  return Number((low + (high - low) * (sunTemperature - a.y) / (b.y - a.y)).toPrecision(3));
}

/** @param {string} name @param {number[]} dash @param {number | null} flux */
function limitEntry(name, dash, flux) {
  const line = svg('line', { x1: 0, x2: 28, y1: 5, y2: 5, class: 'limit', 'stroke-dasharray': dash.join(' ') || null });
  return h('li', { 'data-limit': name }, svg('svg', { width: 28, height: 10, 'aria-hidden': 'true' }, line),
    ` ${t(`limit.${name}`)}`, flux !== null && ` (${number(flux)})`);
}

/** The same mark as in the diagram.
 * @param {typeof kinds[number]} kind @param {Colours} colour */
function mark(kind, colour) {
  const { isCross, fill, edge } = style(kind, colour);
  const path = svg('path', { d: kind.path });
  path.style.fill = isCross ? 'none' : fill;
  path.style.stroke = edge;
  if (isCross) path.style.strokeWidth = '2';
  return svg('svg', { width: 12, height: 12, 'aria-hidden': 'true' }, path);
}
