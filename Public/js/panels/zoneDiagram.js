// The habitable-zone diagram: flux, falling to the right, against the star's temperature, with the limits of Kopparapu et al. 2014.
// Not here: what the classes mean for one planet (../prediction.js), nor the limits' formula, which the server computes.

import { colours, heatColour, makeChart, options } from '../charts.js';
import { h, svg } from '../dom.js';
import { known, number, t } from '../i18n.js';
import { behind } from '../links.js';

// The grid of docs/LIVE.md: log10 flux and kelvins.
const flux = { from: -2, step: 0.125 };
const kelvin = { from: 2400, step: 200 };
const views = { zone: { min: -1, max: 1 }, all: { min: -2, max: 4 } };
const limitNames = ['recent_venus', 'runaway_greenhouse_5', 'runaway_greenhouse_1', 'runaway_greenhouse_0.1', 'maximum_greenhouse', 'early_mars'];
const dashes = [[], [9, 3, 2, 3], [7, 3], [2, 3], [7, 3], []];
/** Colour, mark and place in the drawing of each class: never colour alone. */
const kinds = [
  { name: 'rank.2', series: 2, mark: 'circle', size: 5.5 }, { name: 'rank.1', series: 1, mark: 'triangle', size: 5.5 },
  { name: 'kind.size', series: 3, mark: 'rect', size: 4 }, { name: 'kind.hot', series: 5, mark: 'crossRot', size: 3.5 }, { name: 'kind.cold', series: 0, mark: 'cross', size: 4 },
];

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'zoneDiagram', slot: 'predictions', size: 'full', reads: ['hz_diagram', 'hz_points'],
  mount(frame, page) {
    const view = frame.choice('view', [['zone', t('view.zone')], ['all', t('view.all')]], 'zone', () => frame.redraw());
    const { canvas, describe } = frame.canvas('tall');
    const key = h('ul', { class: 'legend zone-key' });
    frame.body.append(key);
    frame.note(t('panel.zoneDiagram.about'), ' ', t('habitable.meaning'));
    const colour = colours();
    /** @type {{x: number, y: number, count: number, group: string}[]} */
    let cells = [];
    let most = 1;
    let keyed = '';
    const limits = limitNames.map((name, i) => ({ limit: name, type: 'line', data: [], borderColor: colour.ink, borderWidth: 1.75, borderDash: dashes[i], pointRadius: 0, pointHitRadius: 0, order: 1 }));
    const points = kinds.map((kind) => ({
      kind: kind.name, data: /** @type {any[]} */ ([]), pointStyle: kind.mark, pointRadius: kind.size, pointHoverRadius: kind.size + 2, pointHitRadius: 7,
      backgroundColor: colour.series[kind.series], borderColor: kind.mark.startsWith('cross') ? colour.series[kind.series] : colour.ink, borderWidth: kind.mark.startsWith('cross') ? 1.75 : 1, order: 0,
    }));
    const chart = makeChart(canvas, {
      type: 'scatter',
      data: { datasets: [...points, ...limits] },
      options: options({
        animation: false,
        parsing: false,
        // Room for the last tick's text.
        layout: { padding: { right: 16 } },
        interaction: { mode: 'nearest', intersect: true },
        scales: {
          x: {
            type: 'linear', reverse: true, ...views.zone, title: { text: t('axis.flux') },
            afterBuildTicks: (/** @type {any} */ scale) => { scale.ticks = ticks(scale.max - scale.min > 3).filter((value) => value >= scale.min && value <= scale.max).map((value) => ({ value })); },
            ticks: { autoSkip: false, callback: (/** @type {number} */ value) => number(Number((10 ** value).toPrecision(2))) },
          },
          y: { type: 'linear', min: kelvin.from, max: 7200, title: { text: t('axis.teff') } },
        },
        plugins: {
          tooltip: {
            callbacks: {
              title: () => '',
              label: (/** @type {any} */ item) => (item.raw.planet ? [` ${item.raw.planet.pl_name}`, t(item.dataset.kind), `${t('axis.flux')}: ${number(item.raw.planet.flux_thermal)}`, `${t('axis.teff')}: ${number(item.raw.y)}`, `${t('axis.radius')}: ${number(item.raw.planet.pl_rade)}`] : ''),
            },
          },
        },
        onClick: (/** @type {any} */ _, /** @type {any[]} */ hits) => {
          const planet = hits.length > 0 && chart.data.datasets[hits[0].datasetIndex].data[hits[0].index]?.planet;
          if (planet) page.openPlanet(planet.key);
        },
        onHover: (/** @type {any} */ event, /** @type {any[]} */ hits) => { event.native.target.style.cursor = hits.length > 0 ? 'pointer' : ''; },
      }),
      plugins: [{ id: 'ground', beforeDatasetsDraw: (/** @type {any} */ self) => paint(self) }],
    });

    /** Cells of the grid where all planets are shown; else the zone as a tinted ground. @param {any} self */
    function paint(self) {
      const { ctx, chartArea: area, scales } = self;
      ctx.save();
      ctx.beginPath();
      ctx.rect(area.left, area.top, area.width, area.height);
      ctx.clip();
      const outline = [...limits[0].data, ...[...limits[5].data].reverse()];
      if (outline.length > 2) {
        ctx.beginPath();
        for (const { x, y } of /** @type {any[]} */ (outline)) ctx.lineTo(scales.x.getPixelForValue(x), scales.y.getPixelForValue(y));
        ctx.fillStyle = colour.accentSoft;
        ctx.fill();
      }
      for (const cell of view() === 'all' ? cells : []) {
        const [left, right] = [scales.x.getPixelForValue(cell.x + flux.step), scales.x.getPixelForValue(cell.x)];
        const [top, bottom] = [scales.y.getPixelForValue(cell.y + kelvin.step), scales.y.getPixelForValue(cell.y)];
        ctx.fillStyle = heatColour(most > 1 ? Math.log(cell.count) / Math.log(most) : 1);
        ctx.fillRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
      }
      ctx.restore();
    }

    /** @param {import('../board.js').Board} board */
    function showKey(board) {
      const suns = limitNames.map((name) => atSun(board.groups('hz_diagram').get(`limit/${name}`)));
      if (keyed === JSON.stringify([suns, view()])) return;
      keyed = JSON.stringify([suns, view()]);
      key.replaceChildren(...limitNames.map((name, i) => h('li', { 'data-limit': name }, svg('svg', { width: 28, height: 10, 'aria-hidden': 'true' },
        svg('line', { x1: 0, x2: 28, y1: 5, y2: 5, class: 'limit', 'stroke-dasharray': dashes[i].join(' ') || null })), ` ${t(`limit.${name}`)}${suns[i] === null ? '' : ` (${number(suns[i])})`}`)),
      ...(view() === 'zone' ? kinds.map((kind) => h('li', {}, mark(kind, colour), ` ${t(kind.name)}`)) : []));
    }

    return {
      update(board) {
        cells = readCells(board);
        most = Math.max(1, ...cells.map((cell) => cell.count));
        const planets = readPoints(board);
        limitNames.forEach((name, i) => { limits[i].data = (board.groups('hz_diagram').get(`limit/${name}`) ?? []).map((/** @type {number[]} */ [y, x]) => ({ x: Math.log10(x), y })); });
        kinds.forEach((kind, i) => { points[i].data = view() === 'zone' ? planets.filter((planet) => planet.kind === kind.name).map((planet) => ({ x: Math.log10(planet.flux_thermal), y: planet.st_teff, planet })) : []; });
        showKey(board);
        if (chart) {
          Object.assign(chart.options.scales.x, views[/** @type {'zone'} */ (view())]);
          chart.update('none');
        }
        canvas.dataset.points = String(points.reduce((sum, one) => sum + one.data.length, 0));
        const inside = planets.filter((planet) => planet.hz_class === 'conservative' || planet.hz_class === 'optimistic').length;
        describe(`${t('panel.zoneDiagram.summary', { n: planets.length, inside, small: planets.filter((planet) => planet.habitable === 2).length, large: planets.filter((planet) => planet.habitable === 1).length })} ${t('habitable.meaning')}`);
      },
      table(board) {
        if (view() === 'all') {
          return {
            caption: t('panel.zoneDiagram.title'), columns: [t('axis.flux'), t('axis.teff'), t('totals.planets')],
            rows: readCells(board).sort((a, b) => b.x - a.x || a.y - b.y).map((cell) => ({
              key: cell.group, head: `${edge(cell.x)} – ${edge(cell.x + flux.step)}`, cells: [{ text: `${number(cell.y)} – ${number(cell.y + kelvin.step)}` }, { group: cell.group, value: cell.count, href: behind('hz_diagram', cell.group) }],
            })),
          };
        }
        return {
          caption: t('panel.zoneDiagram.nearest'), columns: [t('planet'), t('axis.flux'), t('axis.teff'), t('axis.radius'), t('type'), t('zone'), t('class')],
          rows: readPoints(board).map((planet) => ({
            key: planet.key, head: planet.pl_name, href: `#/planet/${encodeURIComponent(planet.key)}`,
            cells: [{ group: `${planet.key}#flux`, value: planet.flux_thermal }, { value: planet.st_teff }, { value: planet.pl_rade ?? null }, { text: known('type', String(planet.pl_type)) }, { text: known('zone', String(planet.hz_class)) }, { text: t(planet.kind) }],
          })),
        };
      },
      destroy: () => chart?.destroy(),
    };
  },
};

/** @param {import('../board.js').Board} board */
function readCells(board) {
  const found = [];
  for (const [group, count] of board.groups('hz_diagram')) {
    const [which, i, j] = group.split('/');
    if (which === 'cell' && count > 0) found.push({ x: flux.from + Number(i) * flux.step, y: kelvin.from + Number(j) * kelvin.step, count, group });
  }
  return found;
}

/** The highest flux first, as the diagram has it from the left. @param {import('../board.js').Board} board @returns {any[]} */
function readPoints(board) {
  return [...board.groups('hz_points')].map(([key, planet]) => ({ key, ...planet, kind: kindOf(planet) })).sort((a, b) => b.flux_thermal - a.flux_thermal || (a.key < b.key ? -1 : 1));
}

/** @param {any} planet */
function kindOf(planet) {
  if (planet.habitable > 0) return `rank.${planet.habitable}`;
  return planet.hz_class === 'hot' ? 'kind.hot' : planet.hz_class === 'cold' ? 'kind.cold' : 'kind.size';
}

/** A limit's flux at a star like the Sun, 5780 K. @param {[number, number][] | undefined} line */
function atSun(line) {
  const after = line?.findIndex(([temperature]) => temperature >= 5780) ?? -1;
  if (!line || after < 1) return null;
  const [[t0, s0], [t1, s1]] = [line[after - 1], line[after]];
  return Number((s0 + (s1 - s0) * (5780 - t0) / (t1 - t0)).toPrecision(3));
}

/** @param {boolean} wide whole powers of ten only */
function ticks(wide) {
  const steps = wide ? [1] : [1, 2, 5];
  return [-2, -1, 0, 1, 2, 3, 4].flatMap((power) => steps.map((step) => power + Math.log10(step)));
}

/** @param {number} log */
const edge = (log) => number(Number((10 ** log).toPrecision(3)));

/** The same mark as in the diagram. @param {typeof kinds[number]} kind @param {ReturnType<typeof colours>} colour */
function mark(kind, colour) {
  const shapes = { circle: 'M6 1a5 5 0 1 0 .01 0z', triangle: 'M6 1l5.200 9H.800z', rect: 'M2 2h8v8H2z', crossRot: 'M2 2l8 8M10 2l-8 8', cross: 'M6 1v10M1 6h10' };
  const path = svg('path', { d: shapes[/** @type {'circle'} */ (kind.mark)] });
  path.style.fill = kind.mark.startsWith('cross') ? 'none' : colour.series[kind.series];
  path.style.stroke = kind.mark.startsWith('cross') ? colour.series[kind.series] : colour.ink;
  if (kind.mark.startsWith('cross')) path.style.strokeWidth = '2';
  return svg('svg', { width: 12, height: 12, 'aria-hidden': 'true' }, path);
}
