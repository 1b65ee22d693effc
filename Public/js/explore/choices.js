// Which columns a plot can show, what they are called on an axis, and which are looked at logarithmically at first.
// Not here: their values (columns.js).

import { known, t, unitText } from '../i18n.js';

/** Predicted numbers that the API lists as columns, with their units. */
const predicted = new Map([
  ['flux_thermal', 'Earth flux'], ['esi2', ''], ['esi4', ''], ['habitable_probability', ''], ['teq_a03_k', 'K'],
  ['tsurf_k', 'K'], ['density_e', 'Earth'], ['gravity_e', 'Earth'], ['vesc_e', 'Earth'], ['luminosity', 'L_sun'],
  ['sma_au', 'au'], ['rv_k_ms', 'm/s'], ['transit_prob', ''],
]);
/** Words that planets can be coloured by. */
const categories = ['discoverymethod', 'pl_type', 'nasa_type', 'hz_class', 'temp_class', 'disc_facility'];
/** @type {Record<string, string>} */
const vocabularies = {
  discoverymethod: 'method', pl_type: 'type', nasa_type: 'nasa', hz_class: 'zone', temp_class: 'temperature',
};
const logarithmic = new Set([
  'pl_orbper', 'pl_orbsmax', 'pl_rade', 'pl_radj', 'pl_bmasse', 'pl_bmassj', 'pl_insol', 'sy_dist', 'flux_thermal',
  'density_e', 'gravity_e', 'luminosity', 'sma_au', 'rv_k_ms', 'transit_prob', 'st_rad',
]);
/** Starting points for who doesn't know what to look at.
 * @type {Record<string, {x: string, y: string, colour?: string, size?: string}>} */
export const starts = {
  valley: { x: 'pl_orbper', y: 'pl_rade' },
  masses: { x: 'pl_bmasse', y: 'pl_rade', colour: 'pl_eqt' },
  search: { x: 'pl_orbsmax', y: 'pl_bmasse' },
  zone: { x: 'flux_thermal', y: 'st_teff', colour: 'hz_class', size: 'pl_rade' },
  metals: { x: 'st_met', y: 'pl_bmasse' },
  reach: { x: 'sy_dist', y: 'sy_gaiamag', colour: 'disc_year' },
};

/** @param {string} name of a column */
export const isCategory = (name) => categories.includes(name);
/** @param {string} name */
export const isLogarithmic = (name) => logarithmic.has(name);
/** Where a mass or a radius comes from.
 * @param {string} name @returns {string | null} the column that says it */
export function originOf(name) {
  if (name.startsWith('pl_rad')) return 'radius_provenance';
  return name.startsWith('pl_bmass') ? 'mass_provenance' : null;
}

/** In groups, as a list to choose from has them.
 * @param {Schema} schema @returns {{title: string, names: string[]}[]} */
export function numericGroups(schema) {
  const own = schema.grouped().map(({ title, columns }) => ({
    title, names: columns.map(({ name }) => name).filter((name) => schema.isNumeric(name)),
  })).filter(({ names }) => names.length > 0);
  return [...own, { title: t('explore.predicted'), names: [...predicted.keys()] }];
}

/** @param {Schema} schema */
export const categoryGroup = (schema) => ({ title: t('explore.words'), names: categories.filter((name) => (
  predictedLabel(name) || schema.byName.has(name))) });

/** @param {string} name */
const predictedLabel = (name) => {
  const text = known('prediction', name);
  return text === name ? '' : text;
};

/** @param {Schema} schema @param {string} name */
export const labelOf = (schema, name) => (schema.byName.has(name) ? schema.label(name) : predictedLabel(name) || name);

/** The unit's short form, as on an axis.
 * @param {Schema} schema @param {string} name */
export function unitOf(schema, name) {
  return unitText(schema.byName.get(name)?.unit ?? predicted.get(name) ?? '');
}

/** "Radius (R⊕)"
 * @param {Schema} schema @param {string} name */
export function axisTitle(schema, name) {
  const unit = unitOf(schema, name);
  return unit ? `${labelOf(schema, name)} (${unit})` : labelOf(schema, name);
}

/** @param {string} column @param {string} word */
export function wordText(column, word) {
  if (word === '') return t('explore.none');
  const vocabulary = vocabularies[column];
  return vocabulary ? known(vocabulary, word) : word;
}

/** @param {Schema} schema @param {string} name */
export const isNumber = (schema, name) => predicted.has(name) || schema.isNumeric(name);
