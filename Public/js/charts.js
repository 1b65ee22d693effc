// How charts look and are drawn: colours from the style sheet, fonts, motion; one place for Chart.js's settings.
// Not here: any chart's data (panels/*.js). Without Chart.js the tables beside the charts still work.

import { isDark } from './theme.js';
import { number } from './i18n.js';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');

/** Methods that have a colour of their own; all others share the last one. */
export const namedMethods = [
  'Transit', 'Radial Velocity', 'Microlensing', 'Imaging', 'Transit Timing Variations', 'Eclipse Timing Variations',
];
const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2], [12, 4]];
const marks = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'cross'];

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    ink: token('--ink'), muted: token('--muted'), line: token('--line'), edge: token('--edge'),
    surface: token('--surface'), accent: token('--accent'), accentSoft: token('--accent-soft'),
    series: [1, 2, 3, 4, 5, 6, 7].map((i) => token(`--series-${i}`)),
  };
}

/** Colour, dash and mark of a method: never colour alone.
 * @param {string} method */
export function methodStyle(method) {
  const found = namedMethods.indexOf(method);
  const index = found < 0 ? namedMethods.length : found;
  return { colour: colours().series[index], dash: dashes[index], mark: marks[index] };
}

/** Viridis, in five stops: even steps of lightness, and readable with any colour vision. */
const viridis = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

/** @param {number} share from 0 (few) to 1 (many); many always stands out from the page */
export function heatColour(share) {
  const from = isDark() ? 0.12 + 0.88 * share : 0.97 - 0.97 * share;
  const place = Math.min(3.999, Math.max(0, from * 4));
  const low = viridis[Math.floor(place)];
  const high = viridis[Math.floor(place) + 1];
  const part = place - Math.floor(place);
  return `rgb(${low.map((value, i) => Math.round(value + (high[i] - value) * part)).join(' ')})`;
}

/** The chart's own options, laid over those that all charts share.
 * @template {AnyDataset} S @param {Options<S>} own */
function options(own) {
  const colour = colours();
  const { scales, plugins = {}, ...rest } = own;
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: { duration: stillness.matches ? 0 : 350 },
    transitions: { resize: { animation: { duration: 0 } } },
    ...rest,
    scales: { x: axis(scales.x, colour), y: axis(scales.y, colour) },
    plugins: {
      legend: {
        display: false,
        ...plugins.legend,
        labels: { color: colour.ink, usePointStyle: true, boxWidth: 8, boxHeight: 8, padding: 12 },
      },
      tooltip: {
        backgroundColor: colour.ink, titleColor: colour.surface, bodyColor: colour.surface,
        footerColor: colour.surface, footerFont: { weight: 'normal' },
        padding: 10, cornerRadius: 6, boxPadding: 4, usePointStyle: true,
        ...plugins.tooltip,
      },
    },
  };
}

/** @param {AxisOptions} own @param {Colours} colour */
function axis(own, colour) {
  return {
    ...own,
    title: own.title ? { display: true, color: colour.muted, ...own.title } : { display: false },
    grid: { color: colour.line, borderColor: colour.line, tickLength: 4, ...own.grid },
    ticks: { color: colour.muted, maxRotation: 0, autoSkipPadding: 12, ...own.ticks },
  };
}

/** A count on an axis: no ticks between whole numbers.
 * @param {number} value */
export const countTick = (value) => (Number.isInteger(value) ? number(value) : '');

/** An axis that is linear or logarithmic.
 * @param {string} scale @param {number} lowest of the logarithmic one */
export const counted = (scale, lowest) => (scale === 'log'
  ? { type: /** @type {const} */ ('logarithmic'), min: lowest }
  : { type: /** @type {const} */ ('linear'), min: 0 });

export const canDraw = () => 'Chart' in globalThis;

/** Without the library (Scripts/fetch-vendor was not run) it is a chart that draws nothing.
 * @template {AnyDataset} S @param {HTMLCanvasElement} canvas @param {ChartConfig<S>} config @returns {Chart<S>} */
export function makeChart(canvas, config) {
  const { Chart } = /** @type {{Chart?: ChartLibrary}} */ (globalThis);
  if (!Chart) {
    return {
      ...config, update() {}, destroy() {}, getElementsAtEventForMode: () => [], getDatasetMeta: () => ({ data: [] }),
    };
  }
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  return new Chart(canvas, { ...config, options: options(config.options) });
}

/** @param {{update: (mode?: 'none') => void}} chart
 * @param {boolean} animate false while many frames come, as in a replay */
export function redraw(chart, animate) {
  chart.update(animate && !stillness.matches ? undefined : 'none');
}

/** Where a bar ends or a point is; nowhere without the library.
 * @param {{getDatasetMeta: Chart<AnyDataset>['getDatasetMeta']}} chart @param {number} dataset @param {number} index */
export function placeOf(chart, dataset, index) {
  const element = chart.getDatasetMeta(dataset).data[index];
  if (!element) return null;
  const { x, y } = element.getProps(['x', 'y'], true);
  return { x, y };
}

const ruler = document.createElement('canvas').getContext('2d');

/** In pixels, as an axis writes it.
 * @param {string} text */
export function textWidth(text) {
  if (!ruler) return 0;
  ruler.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

/** Clips what follows to the chart's area.
 * @param {Drawn} chart */
export function clipToArea({ ctx, chartArea: area }) {
  ctx.beginPath();
  ctx.rect(area.left, area.top, area.width, area.height);
  ctx.clip();
}

/** A hand over what can be clicked.
 * @param {ChartEvent} event @param {unknown[]} hits */
export function pointAtHits(event, hits) {
  event.native.target.style.cursor = hits.length > 0 ? 'pointer' : '';
}

/** An edge of a logarithmic bin, as a number to read.
 * @param {number} log */
export const logEdge = (log) => number(Number((10 ** log).toPrecision(3)));
