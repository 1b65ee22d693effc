// How plots look: colours from the style sheet, the methods' colours and dashes, colours of counts, widths of texts.
// Not here: how they are drawn (plot/).

import { isDark, look } from './theme.js';
import { number } from './i18n.js';

/** Methods that have a colour of their own; all others share the last one. */
export const namedMethods = [
  'Transit', 'Radial Velocity', 'Microlensing', 'Imaging', 'Transit Timing Variations', 'Eclipse Timing Variations',
];
const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [1, 2], [12, 4]];

/** To ask for a style is to have all styles worked out: once for each look of the page.
 * @type {ReturnType<typeof tokens> | null} */
let known = null;
let knownOf = -1;

export function colours() {
  if (!known || knownOf !== look()) known = tokens();
  knownOf = look();
  return known;
}

function tokens() {
  const style = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    ink: token('--ink'), muted: token('--muted'), line: token('--line'), edge: token('--edge'),
    surface: token('--surface'), accent: token('--accent'), accentSoft: token('--accent-soft'),
    series: [1, 2, 3, 4, 5, 6, 7].map((i) => token(`--series-${i}`)),
  };
}

/** Colour and dash of a method: never colour alone.
 * @param {string} method */
export function methodStyle(method) {
  const found = namedMethods.indexOf(method);
  const index = found < 0 ? namedMethods.length : found;
  return { colour: colours().series[index], dash: dashes[index] };
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

let family = '';

/** The page's own font. */
export const fontFamily = () => family ||= getComputedStyle(document.body).fontFamily;

/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/** In pixels, as an axis writes it.
 * @param {string} text */
export function textWidth(text) {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return 0;
  const font = `12px ${fontFamily()}`;
  if (ruler.font !== font) ruler.font = font;
  return ruler.measureText(text).width;
}

/** An edge of a logarithmic bin, as a number to read.
 * @param {number} log */
export const logEdge = (log) => number(Number((10 ** log).toPrecision(3)));
