// A planet's solutions side by side, with their references; and the badge of what is no confirmed planet.
// Not here: the planet's own values (planet.js).

import { h, scroller } from './dom.js';
import { errorsText, known, t, valueText } from './i18n.js';

/** Shown in the head of a column, or of no interest beside others. */
const left = new Set(['pl_name', 'hostname', 'default_flag', 'pl_refname', 'st_refname', 'sy_refname', 'disc_refname',
  'extra', 'units_given', 'pl_name_given']);

/** Nothing for what is confirmed, or of which nothing is said.
 * @param {PlanetValues} planet */
export function dispositionBadge({ disposition }) {
  if (typeof disposition !== 'string' || disposition === 'CONFIRMED') return null;
  return h('span', { class: 'badge disposition', 'data-disposition': disposition }, known('disposition', disposition));
}

/** The references of a solution as text or link, by their column.
 * @param {Solution | undefined} solution @returns {Map<string, Node>} */
export function references(solution) {
  return new Map(solution?.references.map(({ column, text, link }) => [column, link
    ? h('a', { href: link, rel: 'noreferrer noopener', target: '_blank' }, text) : h('span', {}, text)]));
}

/** One solution is what the planet's values show already.
 * @param {Schema} schema @param {PlanetAnswer} answer */
export function solutionSection(schema, { solutions = [] }) {
  if (solutions.length < 2) return null;
  const names = schema.columns.map((column) => column.name).filter((name) => (
    !left.has(name) && !schema.quantityOf(name) && solutions.some(({ planet }) => planet[name] !== undefined)));
  const heads = solutions.map((solution) => h('th', { scope: 'col' },
    references(solution).get('pl_refname') ?? t('solutions.unnamed'),
    solution.current && [' ', h('span', { class: 'badge new' }, t('solutions.current'))]));
  const rows = names.map((name) => h('tr', { 'data-solution-value': name },
    h('th', { scope: 'row' }, schema.label(name), unit(schema, name)),
    solutions.map(({ planet }) => h('td', {}, withErrors(name, planet)))));
  const table = h('table', { class: 'data solutions' }, h('caption', { class: 'unseen' }, t('solutions.title')),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('column')), heads)), h('tbody', {}, rows));
  return h('section', { 'data-solutions': String(solutions.length) },
    h('h3', {}, t('solutions.title')), h('p', { class: 'note' }, t('solutions.about')),
    scroller(t('solutions.title'), table));
}

/** @param {Schema} schema @param {string} name */
function unit(schema, name) {
  const text = schema.unit(name);
  return text && h('span', { class: 'unit' }, ` (${text})`);
}

/** @param {string} name @param {PlanetValues} planet */
function withErrors(name, planet) {
  if (planet[name] === undefined) return '–';
  const limit = planet[`${name}lim`];
  const sign = limit === 1 ? '≤ ' : limit === -1 ? '≥ ' : '';
  const errors = errorsText(planet[`${name}err1`], planet[`${name}err2`]);
  return [`${sign}${valueText(name, planet[name])}`, errors && h('span', { class: 'plus-minus' }, ` ${errors}`)];
}
