// GET /api/schema: columns with labels, units and groups, rules, the diagrams' grids, the values that predictions take.
// Not here: the form (form.js) and the planet's page (planet.js), which both show the columns.

import { pause, request } from './api.js';
import { issueText, known, localised, t, unitText } from './i18n.js';

const longestPauseSeconds = 10;
/** In a message; a longer one is in its field. */
const longestValue = 40;

export class Schema {
  /** @param {SchemaAnswer} answer */
  constructor(answer) {
    this.columns = answer.columns;
    this.groups = answer.groups;
    /** The columns that form and table show first. */
    this.essentials = answer.essentials;
    this.predictions = answer.predictions;
    this.units = answer.units;
    this.topics = answer.topics;
    this.writing = answer.writing;
    this.routes = answer.routes;
    this.grids = new Map(answer.diagrams.map((grid) => [grid.aggregate, grid]));
    this.byName = new Map(this.columns.map((column) => [column.name, column]));
    this.sentences = new Map(answer.rules.map((rule) => [rule.rule, rule.sentence]));
  }

  /** The server may start after the page: asks until it answers.
   * @param {() => void} onWait */
  static async fetch(onWait) {
    for (let seconds = 0.5; ; seconds = Math.min(longestPauseSeconds, seconds * 2)) {
      try {
        return new Schema(await request('api/schema'));
      } catch {
        onWait();
        await pause(seconds);
      }
    }
  }

  /** @param {string} aggregate */
  grid(aggregate) {
    const grid = this.grids.get(aggregate);
    if (!grid) throw new Error(`the schema has no grid of ${aggregate}`);
    return grid;
  }

  /** @param {string} name */
  label(name) {
    return localised(this.byName.get(name)?.label) || name;
  }

  /** Short, as on an axis; empty where there is none.
   * @param {string} name */
  unit(name) {
    return unitText(this.byName.get(name)?.unit ?? '');
  }

  /** Whether the column's values are numbers.
   * @param {string} name */
  isNumeric(name) {
    const type = this.byName.get(name)?.type;
    return type === 'real' || type === 'integer';
  }

  /** What a rule says, without the full stop.
   * @param {string} rule */
  ruleText(rule) {
    const translated = known('rule', rule);
    return translated === rule ? this.sentences.get(rule) ?? rule.replaceAll('_', ' ') : translated;
  }

  /** An error or a warning after its column's label and the value.
   * @param {Issue} issue */
  issueText(issue) {
    if (!issue.field) return issueText(issue);
    const value = issue.value && issue.value.length <= longestValue ? ` ${issue.value}` : '';
    return t('issue', { field: `${this.label(issue.field)}${value}`, text: issueText(issue) });
  }

  /** A quantity's err1, err2 and lim, where it has them.
   * @param {string} name */
  companions(name) {
    return ['err1', 'err2', 'lim'].flatMap((end) => this.byName.get(name + end) ?? []);
  }

  /** The quantity that a companion belongs to, or null.
   * @param {string} name */
  quantityOf(name) {
    const base = /^(.+)(?:err1|err2|lim)$/.exec(name)?.[1];
    return base && this.byName.has(base) ? base : null;
  }

  /** Groups in their order, with their main columns. */
  grouped() {
    const main = this.columns.filter((column) => !this.quantityOf(column.name));
    return this.groups.map((group) => ({
      name: group.name,
      title: localised(group.label),
      columns: main.filter((column) => column.group === group.name),
    })).filter((group) => group.columns.length > 0);
  }
}
