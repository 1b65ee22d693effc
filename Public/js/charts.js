// How charts look and are drawn: colours from the style sheet, fonts, motion; one place for Chart.js's settings.
// Not here: any chart's data (panels/*.js). Without Chart.js the tables beside the charts still work.

import { isDark } from './theme.js';
import { number } from './i18n.js';

const stillness = matchMedia('(prefers-reduced-motion: reduce)');

/** Methods that have a colour of their own; all others share the last one. */
export const namedMethods = ['Transit', 'Radial Velocity', 'Microlensing', 'Imaging', 'Transit Timing Variations', 'Eclipse Timing Variations'];

/** Chart.js as its own script left it; undefined where Scripts/fetch-vendor was not run. */
const library = () => /** @type {any} */ (globalThis).Chart;

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    ink: token('--ink'),
    muted: token('--muted'),
    line: token('--line'),
    surface: token('--surface'),
    accent: token('--accent'),
    accentSoft: token('--accent-soft'),
    series: [1, 2, 3, 4, 5, 6, 7].map((i) => token(`--series-${i}`)),
  };
}

/** Colour, dash and mark of a method: never colour alone. @param {string} method */
export function methodStyle(method) {
  const found = namedMethods.indexOf(method);
  const index = found < 0 ? namedMethods.length : found;
  return {
    colour: colours().series[index],
    dash: [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2], [12, 4]][index],
    mark: ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot', 'cross'][index],
  };
}

/** Viridis, in five stops: even steps of lightness, and readable with any colour vision. */
const viridis = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];

/** @param {number} share from 0 (few) to 1 (many); many always stands out from the page */
export function heatColour(share) {
  const dark = isDark();
  const from = dark ? 0.12 + 0.88 * share : 0.97 - 0.97 * share;
  const place = Math.min(3.999, Math.max(0, from * 4));
  const low = viridis[Math.floor(place)];
  const high = viridis[Math.floor(place) + 1];
  const part = place - Math.floor(place);
  return `rgb(${low.map((value, i) => Math.round(value + (high[i] - value) * part)).join(' ')})`;
}

/** Settings that all charts share. @param {any} own the chart's own options, laid over them */
export function options(own) {
  const colour = colours();
  const { scales = {}, plugins = {}, ...rest } = own;
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: { duration: stillness.matches ? 0 : 350 },
    transitions: { resize: { animation: { duration: 0 } } },
    ...rest,
    scales: Object.fromEntries(Object.entries(scales).map(([name, scale]) => [name, axis(scale, colour)])),
    plugins: {
      ...plugins,
      legend: { display: false, ...plugins.legend, labels: { color: colour.ink, usePointStyle: true, boxWidth: 8, boxHeight: 8, padding: 12, ...plugins.legend?.labels } },
      tooltip: {
        backgroundColor: colour.ink, titleColor: colour.surface, bodyColor: colour.surface, footerColor: colour.surface,
        padding: 10, cornerRadius: 6, boxPadding: 4, usePointStyle: true, footerFont: { weight: 'normal' }, ...plugins.tooltip,
      },
    },
  };
}

/** @param {any} scale @param {ReturnType<typeof colours>} colour */
function axis(scale, colour) {
  return {
    ...scale,
    title: scale.title ? { display: true, color: colour.muted, ...scale.title } : { display: false },
    grid: { color: colour.line, borderColor: colour.line, tickLength: 4, ...scale.grid },
    ticks: { color: colour.muted, maxRotation: 0, autoSkipPadding: 12, ...scale.ticks },
  };
}

/** A count on an axis: no ticks between whole numbers. @param {any} value */
export const countTick = (value) => (Number.isInteger(value) ? number(value) : '');

/** @param {HTMLCanvasElement} canvas @param {any} config @returns {any} the chart, or null without the library */
export function makeChart(canvas, config) {
  const Chart = library();
  if (!Chart) return null;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  return new Chart(canvas, config);
}

/** @param {any} chart @param {boolean} animate false while many frames come, as in a replay */
export function redraw(chart, animate) {
  chart?.update(animate && !stillness.matches ? undefined : 'none');
}
