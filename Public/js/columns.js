// The columns as GET /api/schema tells them: labels, units, groups, and which columns belong to one quantity.
// Not here: the form (form.js) and the planet's page (planet.js), which both show them.

import { request } from './api.js';
import { known, localised } from './i18n.js';

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {'text' | 'real' | 'integer' | 'flag' | 'date' | 'boolean'} type
 * @property {string | null} [unit]
 * @property {string} [group]
 * @property {{en: string, fr: string}} [label]
 * @property {{en: string, fr: string}} [help]
 * @property {boolean} [required]
 * @property {number | null} [min]
 * @property {number | null} [max]
 * @property {boolean} [min_exclusive]
 * @property {boolean} [max_exclusive]
 * @property {number | null} [max_length]
 * @property {string[] | null} [choices]
 * @property {boolean} [form]
 *
 * @typedef {{name: string, label: {en: string, fr: string}}} Group
 */

export class Columns {
  /** @param {{columns: Column[], groups?: Group[]}} schema */
  constructor(schema) {
    this.all = schema.columns;
    this.groups = schema.groups ?? [];
    this.byName = new Map(this.all.map((column) => [column.name, column]));
  }

  static async fetch() {
    return new Columns((await request('api/schema')).body);
  }

  /** @param {string} name */
  label(name) {
    return localised(this.byName.get(name)?.label) || name;
  }

  /** In the page's language; empty where there is none. @param {string} name */
  unit(name) {
    const unit = this.byName.get(name)?.unit;
    return unit ? known('unit', unit) : '';
  }

  /** A quantity's err1, err2 and lim, where it has them. @param {string} name @returns {Column[]} */
  companions(name) {
    return ['err1', 'err2', 'lim'].map((end) => this.byName.get(name + end)).filter((column) => column !== undefined);
  }

  /** The quantity that a companion belongs to, or null. @param {string} name */
  quantityOf(name) {
    const base = /^(.+)(?:err1|err2|lim)$/.exec(name)?.[1];
    return base && this.byName.has(base) ? base : null;
  }

  /** Groups in their order, with their main columns; columns of no listed group come last. @returns {{name: string, title: string, columns: Column[]}[]} */
  grouped() {
    const groups = this.groups.map((group) => ({ name: group.name, title: localised(group.label) || group.name, columns: /** @type {Column[]} */ ([]) }));
    const places = new Map(groups.map((group) => [group.name, group]));
    for (const column of this.all) {
      if (this.quantityOf(column.name)) continue;
      let place = places.get(column.group ?? '');
      if (!place) {
        place = { name: column.group ?? 'more', title: column.group ?? '…', columns: [] };
        places.set(column.group ?? '', place);
        groups.push(place);
      }
      place.columns.push(column);
    }
    return groups.filter((group) => group.columns.length > 0);
  }
}
