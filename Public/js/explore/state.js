// What the Explore view shows, as parameters of its address and back. Pure; what can't be read is left at its preset.
// Not here: the address itself (../address.js).

import { isLogarithmic } from './choices.js';

/** @typedef {[number, number]} Range */
/**
 * @typedef {object} State
 * @property {string} x
 * @property {string} y
 * @property {string} colour '' is none
 * @property {string} size '' is all alike
 * @property {string} hist column of the histogram
 * @property {boolean} xlog
 * @property {boolean} ylog
 * @property {boolean} hlog
 * @property {boolean} errors whether error bars are shown
 * @property {boolean} forecasts whether masses and radii count that nobody measured
 * @property {PlotView | null} zoom
 * @property {PlotView | null} box brushed, in the values of x and y
 * @property {Range | null} range brushed in the histogram
 * @property {PlotView | null} sky brushed on the map, in the map's own coordinates
 * @property {string[]} only words of the colour's column; none is all
 */

const presets = { x: 'pl_orbper', y: 'pl_rade', colour: 'discoverymethod', size: '', hist: 'disc_year' };
/** Stands for no column where there is one by itself. */
const nothing = 'none';

/** @param {ViewParameters} given @param {(name: string) => boolean} isNumber whether it is a column of numbers
 * @param {(name: string) => boolean} isCategory @returns {State} */
export function read(given, isNumber, isCategory) {
  const column = (/** @type {'x' | 'y' | 'hist'} */ name) => {
    const wanted = given[name];
    return wanted && isNumber(wanted) ? wanted : presets[name];
  };
  const choice = (/** @type {'colour' | 'size'} */ name, /** @type {boolean} */ words) => {
    const wanted = given[name];
    if (wanted === nothing) return '';
    return wanted && (isNumber(wanted) || (words && isCategory(wanted))) ? wanted : presets[name];
  };
  const [x, y, hist] = [column('x'), column('y'), column('hist')];
  const log = (/** @type {string} */ name, /** @type {string | undefined} */ scale) => (
    scale === 'log' || scale === 'linear' ? scale === 'log' : isLogarithmic(name));
  return {
    x, y, hist, colour: choice('colour', true), size: choice('size', false),
    xlog: log(x, given.xscale), ylog: log(y, given.yscale), hlog: log(hist, given.hscale),
    errors: given.errors === '1', forecasts: given.forecasts === '1',
    zoom: readBox(given.zoom), box: readBox(given.box), range: readRange(given.range), sky: readBox(given.sky),
    only: given.only ? given.only.split('|') : [],
  };
}

/** Only what differs from the presets.
 * @param {State} state @returns {ViewParameters} */
export function write(state) {
  const { x, y, colour, size, hist, errors, forecasts, zoom, box, range, sky, only } = state;
  const unless = (/** @type {string} */ value, /** @type {string} */ preset) => (
    value === preset ? undefined : value || nothing);
  const scale = (/** @type {string} */ name, /** @type {boolean} */ log) => (
    log === isLogarithmic(name) ? undefined : log ? 'log' : 'linear');
  const four = (/** @type {PlotView | null} */ of) => (of ? [...of.x, ...of.y].map(short).join() : undefined);
  return {
    x: unless(x, presets.x), y: unless(y, presets.y), colour: unless(colour, presets.colour),
    size: unless(size, presets.size), hist: unless(hist, presets.hist),
    xscale: scale(x, state.xlog), yscale: scale(y, state.ylog), hscale: scale(hist, state.hlog),
    errors: errors ? '1' : undefined, forecasts: forecasts ? '1' : undefined,
    zoom: four(zoom), box: four(box), range: range ? range.map(short).join() : undefined, sky: four(sky),
    only: only.length > 0 ? only.join('|') : undefined,
  };
}

/** @param {number} value */
const short = (value) => Number(value.toPrecision(5));

/** @param {string | undefined} text @returns {PlotView | null} */
function readBox(text) {
  const [x0, x1, y0, y1, more] = (text ?? '').split(',').map((part) => (part === '' ? NaN : Number(part)));
  if (more !== undefined || ![x0, x1, y0, y1].every(Number.isFinite) || x0 >= x1 || y0 >= y1) return null;
  return { x: [x0, x1], y: [y0, y1] };
}

/** @param {string | undefined} text @returns {Range | null} */
function readRange(text) {
  const [from, to, more] = (text ?? '').split(',').map((part) => (part === '' ? NaN : Number(part)));
  return more === undefined && Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : null;
}
