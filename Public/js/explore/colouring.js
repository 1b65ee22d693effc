// The colours and shapes of planets: by words (never colour alone), by a number (viridis), or all alike; the legend.
// Not here: which planets are drawn (scatter.js).

import { colours, heatColour, namedMethods } from '../charts.js';
import { button, h } from '../dom.js';
import { number, t } from '../i18n.js';
import { SvgSurface } from '../plot/svgSurface.js';
import { axisTitle, isCategory, isLogarithmic, wordText } from './choices.js';

const steps = 24;
const mostWords = 7;
/** Where many planets lie over each other it is seen. */
const [clear, dense] = [0.85, 0.6];
const crowd = 1500;
/** @type {Shape[]} */
const shapes = ['circle', 'square', 'triangle', 'diamond', 'saltire', 'cross', 'down', 'circle'];

/**
 * @typedef {object} Colouring
 * @property {ArrayLike<number>} codes of each planet, into the palette
 * @property {Ink[]} palette
 * @property {Shape[]} shapes
 * @property {string[]} words of each code; none where it is by number
 * @property {{from: string, to: string, title: string} | null} ramp
 */

/** @param {import('./columns.js').Columns} columns @param {Schema} schema @param {string} name '' is none
 * @returns {Colouring} */
export function colouring(columns, schema, name) {
  const colour = colours();
  const ink = (/** @type {string} */ fill, /** @type {Shape} */ shape = 'circle') => (
    shape === 'cross' || shape === 'saltire' ? { stroke: fill, width: 1.6, alpha: clear }
      : columns.length > crowd ? { fill, alpha: dense }
        : { fill, stroke: colour.surface, width: 0.6, alpha: clear });
  if (name === '') {
    return { codes: new Uint8Array(columns.length), palette: [ink(colour.accent)], shapes: [], words: [], ramp: null };
  }
  if (isCategory(name)) {
    const { codes, names } = columns.categories(name, mostWords);
    const palette = names.map((word, code) => ink(colour.series[seriesOf(name, word, code)], shapes[code]));
    return { codes, palette, shapes: names.map((_, code) => shapes[code]), words: names, ramp: null };
  }
  return byNumber(columns, name, axisTitle(schema, name), ink);
}

/** A method keeps its colour in every chart.
 * @param {string} column @param {string} word @param {number} code */
function seriesOf(column, word, code) {
  if (word === '') return 6;
  if (column !== 'discoverymethod') return code % 6;
  const found = namedMethods.indexOf(word);
  return found < 0 ? 6 : found;
}

/** @param {import('./columns.js').Columns} columns @param {string} name @param {string} title
 * @param {(fill: string) => Ink} ink @returns {Colouring} */
function byNumber(columns, name, title, ink) {
  const values = columns.number(name);
  const log = isLogarithmic(name);
  const place = (/** @type {number} */ value) => (log ? Math.log10(value) : value);
  const known = [...values].filter((value) => Number.isFinite(place(value))).sort((a, b) => a - b);
  // The outermost hundredths share the end's colour: one wild value must not take the colours from all others.
  const at = (/** @type {number} */ share) => known[Math.round(share * (known.length - 1))] ?? 1;
  const [from, to] = [at(0.01), at(0.99)];
  const width = place(to) - place(from) || 1;
  const codes = Uint8Array.from(values, (value) => {
    const share = (place(value) - place(from)) / width;
    return Number.isNaN(share) ? steps : Math.min(steps - 1, Math.max(0, Math.floor(share * steps)));
  });
  const palette = Array.from({ length: steps }, (_, step) => ink(heatColour(0.15 + 0.85 * step / (steps - 1))));
  const text = (/** @type {number} */ value) => (name === 'disc_year' ? String(value) : number(
    Number(value.toPrecision(3))));
  return {
    codes, palette: [...palette, { ...ink(colours().muted), alpha: 0.35 }], shapes: [], words: [],
    ramp: { from: text(from), to: text(to), title },
  };
}

/** The key under the plot. A word's button leaves only it and others that are pressed.
 * @param {Colouring} of @param {string} name @param {string[]} only @param {(code: number) => number} countOf
 * @param {(only: string[]) => void} choose */
export function legend(of, name, only, countOf, choose) {
  if (of.ramp) {
    const bar = h('span', { class: 'ramp-bar', 'aria-hidden': 'true' });
    bar.style.background = `linear-gradient(90deg, ${of.palette.slice(0, -1).map(({ fill }) => fill).join(', ')})`;
    return h('p', { class: 'ramp' }, h('span', {}, of.ramp.title), h('span', {}, of.ramp.from), bar,
      h('span', {}, of.ramp.to));
  }
  if (of.words.length === 0) return null;
  const chips = of.words.map((word, code) => {
    const count = countOf(code);
    const pressed = only.includes(word);
    if (count === 0 && !pressed) return null;
    const swatch = new SvgSurface();
    swatch.clear(14, 14);
    swatch.mark(of.shapes[code], 7, 7, 5, { ...of.palette[code], alpha: 1 });
    swatch.element.setAttribute('aria-hidden', 'true');
    return button([swatch.element, ` ${wordText(name, word)} `, h('span', { class: 'note' }, number(count))], () => (
      choose(pressed ? only.filter((one) => one !== word) : [...only, word])), {
      class: 'chip', 'aria-pressed': String(pressed), 'data-word': word,
    });
  });
  return h('div', { class: 'chips', role: 'group', 'aria-label': t('explore.only') }, chips);
}

/** For files.
 * @param {Colouring} of @param {string} name @returns {import('../export.js').Legend} */
export function legendMarks(of, name) {
  if (of.ramp) {
    const { ramp, palette } = of;
    return [{ text: `          ${ramp.title}: ${ramp.from} – ${ramp.to}`, draw: (surface, x, y) => {
      for (let step = 0; step < steps; step += 1) {
        surface.rect(x - 6 + step * 2, y - 5, 2.2, 10, { fill: palette[step].fill });
      }
    } }];
  }
  return of.words.map((word, code) => ({
    text: wordText(name, word),
    draw: (/** @type {Surface} */ surface, /** @type {number} */ x, /** @type {number} */ y) => (
      surface.mark(of.shapes[code], x, y, 4.5, { ...of.palette[code], alpha: 1 })),
  }));
}
