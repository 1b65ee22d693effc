// What is plotted: choices of the columns, scales, error bars, forecasts, and some starting points.
// Not here: what follows from a choice (../views/explore.js).

import { button, h } from '../dom.js';
import { t } from '../i18n.js';
import { axisTitle, categoryGroup, isLogarithmic, numericGroups, starts } from './choices.js';

/** @param {Schema} schema @param {import('./state.js').State} state
 * @param {(change: Partial<import('./state.js').State>) => void} change @param {(fill: () => void) => void} [later]
 *   as `columnSelect` has it */
export function controls(schema, state, change, later) {
  const numbers = numericGroups(schema);
  const own = { zoom: null, box: null };
  const column = (/** @type {'x' | 'y' | 'colour' | 'size' | 'hist'} */ name) => {
    const groups = name === 'colour' ? [categoryGroup(schema), ...numbers] : numbers;
    const none = name === 'colour' || name === 'size';
    return h('label', { class: 'stacked' }, h('span', {}, t(`explore.${name}`)),
      columnSelect(schema, name, groups, state[name], none, (value) => change(after(name, value)),
        later));
  };
  /** @param {string} name @param {string} value */
  const after = (name, value) => {
    if (name === 'x') return { x: value, xlog: isLogarithmic(value), ...own };
    if (name === 'y') return { y: value, ylog: isLogarithmic(value), ...own };
    return name === 'colour' ? { colour: value, only: [] } : { [name]: value };
  };
  const swap = button('⇄', () => change({
    x: state.y, y: state.x, xlog: state.ylog, ylog: state.xlog,
    box: state.box && { x: state.box.y, y: state.box.x }, zoom: state.zoom && { x: state.zoom.y, y: state.zoom.x },
  }), { class: 'quiet icon', 'aria-label': t('explore.swap'), title: t('explore.swap'), 'data-swap': '' });
  return h('form', { class: 'explore-controls', 'aria-label': t('explore.controls') },
    h('label', { class: 'stacked' }, h('span', {}, t('explore.start')), startSelect(change)),
    h('div', { class: 'axis-choice' }, column('x'), check('xlog', state.xlog, t('explore.log'), (on) => change({
      xlog: on, zoom: null }))),
    swap,
    h('div', { class: 'axis-choice' }, column('y'), check('ylog', state.ylog, t('explore.log'), (on) => change({
      ylog: on, zoom: null }))),
    column('colour'), column('size'),
    h('div', { class: 'checks' },
      check('errors', state.errors, t('explore.errors'), (on) => change({ errors: on })),
      check('forecasts', state.forecasts, t('explore.forecasts'), (on) => change({ forecasts: on }))));
}

/** @param {Schema} schema @param {string} name @param {{title: string, names: string[]}[]} groups
 * @param {string} chosen @param {boolean} none whether no column is a choice @param {(value: string) => void} choose
 * @param {(fill: () => void) => void} [later] where the other choices come a moment later, in a task of their own */
export function columnSelect(schema, name, groups, chosen, none, choose, later) {
  const option = (/** @type {string} */ one) => (
    h('option', { value: one, selected: one === chosen }, one === '' ? t('explore.nothing') : axisTitle(schema, one)));
  const all = () => [none && option(''), groups.map(({ title, names }) => (
    h('optgroup', { label: title }, names.map(option))))];
  const select = h('select', { name, on: { change: (event) => choose(event.currentTarget.value) } },
    later ? option(chosen) : all());
  later?.(() => {
    // Not made in another select: each that leaves one makes the next one the chosen one.
    select.replaceChildren(...h('div', {}, all()).childNodes);
    select.value = chosen;
  });
  return select;
}

/** @param {string} name @param {boolean} on @param {string} text @param {(on: boolean) => void} change */
export function check(name, on, text, change) {
  return h('label', { class: 'check' },
    h('input', { type: 'checkbox', name, checked: on, on: { change: (event) => change(event.currentTarget.checked) } }),
    h('span', {}, text));
}

/** @param {(change: Partial<import('./state.js').State>) => void} change */
function startSelect(change) {
  return h('select', {
    name: 'start',
    on: {
      change: (event) => {
        const start = starts[event.currentTarget.value];
        if (!start) return;
        const { x, y, colour = 'discoverymethod', size = '' } = start;
        change({ x, y, colour, size, xlog: isLogarithmic(x), ylog: isLogarithmic(y), zoom: null, box: null, only: [] });
      },
    },
  }, h('option', { value: '' }, t('explore.choose')),
  Object.keys(starts).map((name) => h('option', { value: name }, t(`explore.start.${name}`))));
}
