// A figure of the board in words: what its aggregate and group mean.
// Not here: the records behind it (provenance.js).

import { binText } from './cells.js';
import { known, minute, number, t } from './i18n.js';

/** Prefixes of the texts for the groups of an aggregate that are words of the server. */
const vocabularies = /** @type {Record<string, string>} */ ({
  by_method: 'method', by_zone: 'zone', by_type: 'type', by_nasa_type: 'nasa', by_temperature: 'temperature',
  by_habitability: 'rank',
});

/** @param {Schema} schema @param {string} aggregate @param {string} group as in an address (links.js) */
export function figureName(schema, aggregate, group) {
  const [first, ...rest] = group.split('/');
  const prefix = vocabularies[aggregate];
  if (prefix) return known(prefix, group);
  switch (aggregate) {
    case 'totals': return t(`totals.${group}`);
    case 'rejects': case 'warnings': return schema.ruleText(group);
    case 'by_year': return t('figure.year', { year: group });
    case 'by_method_year': case 'cumulative': return ofYear(aggregate, group);
    case 'by_zone_type': return `${known('zone', first)} · ${known('type', rest.join('/'))}`;
    case 'hosts': return rest.length > 0 ? t('figure.stars', { n: Number(rest[0]) }) : t('totals.hosts');
    case 'rate': return ofTime(first, rest.join('/'));
    case 'quality': return `${schema.label(first)} · ${known('quality', rest.join('/'))}`;
    case 'stats': return ofStatistics(schema, group);
    case 'scoreboard': return known('score', group);
    case 'mass_radius': case 'period_radius': case 'hz_diagram': return ofCell(schema, aggregate, first, rest);
    default: return group;
  }
}

/** @param {string} aggregate @param {string} group METHOD/YEAR: the method may have slashes */
function ofYear(aggregate, group) {
  const cut = group.lastIndexOf('/');
  const [method, year] = [group.slice(0, cut), group.slice(cut + 1)];
  const when = t(aggregate === 'cumulative' ? 'timeline.upTo' : 'figure.year', { year });
  return method === 'all' ? when : `${known('method', method)} · ${when}`;
}

/** @param {string} span @param {string} time */
function ofTime(span, time) {
  return t('figure.submitted', { time: span === 'minute' ? `${time.slice(0, 10)} ${minute(time)}` : time });
}

/** @param {Schema} schema @param {string} group COLUMN/METHOD/MODE */
function ofStatistics(schema, group) {
  const parts = group.split('/');
  const [column, mode] = [parts[0], parts[parts.length - 1]];
  const method = parts.slice(1, -1).join('/');
  const who = method === 'all' ? t('all') : known('method', method);
  return [schema.label(column), who, known('choice.mode', mode)].join(' · ');
}

/** @param {Schema} schema @param {string} aggregate @param {string} kind @param {string[]} bins */
function ofCell(schema, aggregate, kind, bins) {
  const grid = schema.grids.get(aggregate);
  const [i, j] = bins.map(Number);
  if (!grid || !Number.isInteger(i) || !Number.isInteger(j)) return t('figure.outside');
  const axes = { mass_radius: ['mass', 'radius'], period_radius: ['period', 'radius'], hz_diagram: ['flux', 'teff'] };
  const [x, y] = axes[/** @type {keyof typeof axes} */ (aggregate)];
  const place = `${t(`axis.${x}`)} ${binText(grid.x, i)} · ${t(`axis.${y}`)} ${binText(grid.y, j)}`;
  return kind === 'cell' ? place : `${place} · ${known('choice.mode', kind)}`;
}

/** @param {string[]} rules of a record, which may break one at several fields @param {Schema} schema */
export function ruleList(rules, schema) {
  const counts = new Map();
  for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => (
    count > 1 ? `${schema.ruleText(rule)} (${number(count)} ×)` : schema.ruleText(rule))).join(', ');
}
