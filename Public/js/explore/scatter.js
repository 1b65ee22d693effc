// The planets as points: their places, sizes, errors and limits, and what is said of one that is pointed at.
// Not here: colours (colouring.js), other panels' brushes (crossfilter.js).

import { colours } from '../charts.js';
import { errorsText, measured, t } from '../i18n.js';
import { errorBars, points } from '../plot/layers.js';
import { isCategory, isLogarithmic, labelOf, originOf, unitOf, wordText } from './choices.js';

const smallest = 1.5;
/** @param {number} count */
const largest = (count) => (count > 1500 ? 6.5 : 11);
/** The more planets there are, the smaller their marks.
 * @param {number} count */
const usual = (count) => (count > 20_000 ? 1.5 : count > 1500 ? 2.6 : 4);

/** The columns that a state needs.
 * @param {import('./state.js').State} state @param {Schema} schema */
export function columnsFor(state, schema) {
  const names = ['pl_name', 'hostname', 'ra', 'dec', state.hist];
  for (const name of [state.x, state.y]) {
    names.push(name, ...schema.companions(name).map((column) => column.name));
    const origin = originOf(name);
    if (origin) names.push(origin);
  }
  for (const name of [state.colour, state.size]) if (name) names.push(name);
  return [...new Set(names)];
}

/** Values of a plotted column; NaN where the value is a forecast and these are left out.
 * @param {import('./columns.js').Columns} columns @param {string} name @param {boolean} forecasts */
export function plotted(columns, name, forecasts) {
  const values = columns.number(name);
  const origin = originOf(name);
  if (forecasts || !origin) return values;
  const origins = columns.text(origin);
  return values.map((value, i) => (origins[i] === 'forecast' ? NaN : value));
}

/** @param {import('./columns.js').Columns} columns @param {string} name '' is all alike */
export function radii(columns, name) {
  if (name === '') return usual(columns.length);
  const values = columns.number(name);
  const log = isLogarithmic(name);
  const place = (/** @type {number} */ value) => (log ? Math.log10(value) : value);
  const known = [...values].map(place).filter(Number.isFinite).sort((a, b) => a - b);
  const most = largest(columns.length);
  const [low, high] = [0.01, 0.99].map((share) => known[Math.round(share * (known.length - 1))] ?? 0);
  return Float32Array.from(values, (value) => {
    const share = (place(value) - low) / (high - low || 1);
    // The area follows the value.
    return Number.isNaN(share) ? smallest
      : Math.sqrt(smallest ** 2 + (most ** 2 - smallest ** 2) * Math.min(1, Math.max(0, share)));
  });
}

/**
 * @typedef {object} Scatter
 * @property {import('./columns.js').Columns} columns
 * @property {Schema} schema
 * @property {import('./state.js').State} state
 * @property {ArrayLike<number>} x
 * @property {ArrayLike<number>} y
 * @property {ArrayLike<number> | number} radius
 * @property {import('./colouring.js').Colouring} colouring
 * @property {ReturnType<typeof marking>} marking
 * @property {Uint8Array} shown
 * @property {(i: number) => void} go
 */

/** @param {Scatter} of @returns {Layer[]} */
export function scatter({ columns, schema, state, x, y, radius, colouring, marking, shown, go }) {
  const text = (/** @type {number} */ i) => describe(columns, schema, state, i);
  const marks = points({
    x, y, radius, ...marking, shown, faint: { fill: colours().muted, alpha: 0.22 }, text, go,
    name: (i) => columns.keys[i],
  });
  if (!state.errors) return [marks];
  const error = (/** @type {string} */ name, /** @type {string} */ end) => (
    schema.byName.has(name + end) ? columns.number(name + end).map(Math.abs) : undefined);
  const bars = errorBars({
    x, y, shown, codes: colouring.codes,
    up: error(state.y, 'err1'), down: error(state.y, 'err2'),
    right: error(state.x, 'err1'), left: error(state.x, 'err2'),
    palette: colouring.palette.map(({ fill, stroke }) => ({ stroke: fill ?? stroke, width: 1, alpha: 0.4 })),
  });
  return [bars, marks];
}

/** Limits and forecasts are hollow; a limit of y points to where the value lies.
 * @param {import('./columns.js').Columns} columns @param {import('./state.js').State} state
 * @param {import('./colouring.js').Colouring} of */
export function marking(columns, state, of) {
  const count = of.palette.length;
  const hollow = of.palette.map(({ fill, stroke }) => ({ stroke: fill ?? stroke, width: 1.2, alpha: 0.6 }));
  const shapes = of.palette.map((_, code) => of.shapes[code] ?? /** @type {Shape} */ ('circle'));
  const sides = [state.x, state.y].map((name) => columns.text(`${name}lim`));
  const origins = [state.x, state.y].map((name) => columns.text(originOf(name) ?? ''));
  const codes = Uint16Array.from(of.codes, (code, i) => {
    if (sides[1][i] === '1') return code + 2 * count;
    if (sides[1][i] === '-1') return code + 3 * count;
    const isHollow = sides[0][i] === '1' || sides[0][i] === '-1' || origins.some((origin) => origin[i] === 'forecast');
    return isHollow ? code + count : code;
  });
  return {
    codes, palette: [...of.palette, ...hollow, ...hollow, ...hollow],
    shapes: [...shapes, ...shapes, ...shapes.map(() => /** @type {Shape} */ ('down')),
      ...shapes.map(() => /** @type {Shape} */ ('triangle'))],
  };
}

/** Name, host, and the values that are shown, with errors.
 * @param {import('./columns.js').Columns} columns @param {Schema} schema @param {import('./state.js').State} state
 * @param {number} i */
function describe(columns, schema, state, i) {
  const names = [...new Set([state.x, state.y, state.size, state.colour].filter(Boolean))];
  return [columns.text('pl_name')[i] || columns.keys[i], ...names.map((name) => (
    `${labelOf(schema, name)}: ${valueOf(columns, schema, name, i)}`))];
}

/** As text, with errors, limits and unit.
 * @param {import('./columns.js').Columns} columns @param {Schema} schema @param {string} name @param {number} i */
export function valueOf(columns, schema, name, i) {
  if (isCategory(name)) return wordText(name, columns.text(name)[i] ?? '');
  const value = columns.number(name)[i];
  if (Number.isNaN(value)) return '–';
  if (name === 'disc_year') return String(value);
  const [upper, lower] = ['err1', 'err2'].map((end) => {
    const text = columns.text(name + end)[i];
    return text ? Number(text) : null;
  });
  const limit = columns.text(`${name}lim`)[i];
  const sign = limit === '1' ? '≤ ' : limit === '-1' ? '≥ ' : '';
  const origin = columns.text(originOf(name) ?? '')[i];
  const note = origin === 'forecast' || origin === 'minimum' ? ` (${t(`origin.short.${origin}`)})` : '';
  const errors = errorsText(upper, lower);
  const unit = unitOf(schema, name);
  return `${sign}${measured(value, upper, lower)}${errors && ` ${errors}`}${unit && ` ${unit}`}${note}`;
}
