// One planet's values with errors and origin, its history, and what can be done with it: revise, withdraw.
// Not here: the view that shows it (views/planet.js), and how predictions are shown (prediction.js).

import { Problem, request } from './api.js';
import { button, h, terms } from './dom.js';
import { dateTime, errorsText, exact, known, measured, t, valueText } from './i18n.js';
import { receipt, system } from './links.js';
import { references, solutionSection } from './solutions.js';

const mostChanges = 12;

/** What the record says, and how it came to that.
 * @param {Schema} schema @param {PlanetAnswer} answer @param {PlanetValues} planet @param {Node} actions */
export function planetDetails(schema, answer, planet, actions) {
  return [
    h('section', { class: 'panel full', id: 'planet-values' },
      h('h2', {}, t('planet.values')), h('div', { class: 'value-groups' }, values(schema, planet, answer)),
      solutionSection(schema, answer)),
    h('section', { class: 'panel full', id: 'planet-history' },
      h('h2', {}, t('planet.history')),
      h('ol', { class: 'history', reversed: true }, history(schema, answer.history)), actions),
  ];
}

/** Revise and withdraw; a withdrawal has to be confirmed.
 * @param {PlanetAnswer} answer @param {PlanetValues} planet @param {(answer: Revisable) => void} revise
 * @param {() => void} onWithdrawn */
export function planetActions(answer, planet, revise, onWithdrawn) {
  const name = String(planet.pl_name ?? answer.key);
  const place = h('div', { class: 'actions' });
  const message = h('p', { role: 'alert', class: 'error', hidden: true });
  const change = button(t(answer.withdrawn ? 'planet.reinstate' : 'planet.revise'), () => (
    revise({ key: answer.key, planet })), { 'data-revise': '' });
  const take = button(t('planet.withdraw'), () => {
    place.replaceChildren(h('p', {}, t('planet.confirm', { name })), keep, confirm);
    keep.focus();
  }, { class: 'danger', 'data-withdraw': '' });
  const keep = button(t('planet.keep'), () => {
    start();
    take.focus();
  });
  const confirm = button(t('planet.withdrawNow'), async () => {
    const problem = await withdraw(answer.key);
    message.hidden = problem === '';
    message.textContent = problem;
    if (problem === '') onWithdrawn();
  }, { class: 'danger', 'data-confirm': '' });
  const start = () => place.replaceChildren(...(answer.withdrawn ? [change] : [change, take]));
  start();
  return h('div', {}, place, message);
}

/** @param {string} key @returns {Promise<string>} what went wrong, if anything */
async function withdraw(key) {
  try {
    const headers = { 'X-Planetarium-Source': 'form' };
    await request(`api/planets/${encodeURIComponent(key)}`, { method: 'DELETE', headers });
    return '';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.text;
  }
}

/** Of a withdrawn planet.
 * @param {HistoryEntry[]} history @returns {PlanetValues} */
export function lastValues(history) {
  const last = [...history].reverse().find(({ planet, change }) => planet && change !== 'late' && !planet.alias_of);
  return last?.planet ?? {};
}

/** Host, method, year, facility and doubts in a line.
 * @param {PlanetValues} planet @returns {Leaf[]} */
export function facts({
  hostname, discoverymethod, disc_year: year, disc_facility: facility, pl_controv_flag: controversial,
}) {
  /** @type {Leaf[][]} */
  const parts = [
    hostname ? around(t('planet.of'), h('a', { href: system(String(hostname)), 'data-system': '' }, String(hostname)))
      : [],
    [discoverymethod ? known('method', String(discoverymethod)) : ''],
    [year ? String(year) : ''],
    [facility ? String(facility) : ''],
    [controversial === 1 ? t('controversial') : ''],
  ];
  return parts.filter(([first]) => first !== undefined && first !== '').flatMap((part, i) => (
    i ? [' · ', ...part] : part));
}

/** A text with an element in the place of its {host}.
 * @param {string} text @param {Node} element @returns {Leaf[]} */
function around(text, element) {
  const [before, after = ''] = text.split('{host}');
  return before ? [before, element, after] : [element, after];
}

/** @param {Schema} schema @param {PlanetValues} planet @param {PlanetAnswer} answer */
function values(schema, planet, answer) {
  const links = references(answer.solutions?.find(({ current }) => current));
  const provenance = answer.provenance ?? {};
  return schema.grouped().map((group) => {
    const given = group.columns.filter(({ name }) => planet[name] !== null && planet[name] !== undefined);
    if (given.length === 0) return null;
    return h('section', {}, h('h3', {}, group.title), terms({ class: 'values' }, given.map((column) => (
      [schema.label(column.name), links.get(column.name) ?? shown(schema, column, planet, provenance),
        { 'data-value-of': column.name }]))));
  });
}

/** One value with its errors, its unit and, where it was not measured, a badge that says so.
 * @param {Schema} schema @param {Column} column @param {PlanetValues} planet @param {Record<string, string>} provenance
 * @returns {Child} */
function shown(schema, { name, type }, planet, provenance) {
  const value = planet[name];
  if (type === 'boolean' || type === 'flag') return t(value === true || value === 1 ? 'yes' : 'no');
  if (typeof value !== 'number' || name === 'disc_year') return valueText(name, value);
  const limit = planet[`${name}lim`];
  const sign = limit === 1 ? '≤ ' : limit === -1 ? '≥ ' : '';
  const [upper, lower] = [planet[`${name}err1`], planet[`${name}err2`]];
  const errors = errorsText(upper, lower);
  // A direction has no error here, and each of its digits counts.
  const isWhole = type === 'integer' || name === 'ra' || name === 'dec';
  const text = isWhole ? exact(value) : measured(value, upper, lower);
  const unit = schema.unit(name);
  const origin = provenance[name] ?? (limit ? 'bound' : 'measured');
  return [
    h('span', { class: 'figure-value', title: exact(value) }, sign, text),
    errors && h('span', { class: 'plus-minus' }, ` ${errors}`),
    unit && h('span', { class: 'unit' }, ` ${unit}`),
    origin !== 'measured' && h('span', { class: `badge ${origin}` }, t(`quality.${origin}`)),
  ];
}

/** The newest first, each with what it changed.
 * @param {Schema} schema @param {HistoryEntry[]} entries */
function history(schema, entries) {
  const newestFirst = [...entries].reverse();
  return newestFirst.map((entry, i) => {
    const { revision, change, timestamp, partition, offset } = entry;
    const before = newestFirst.slice(i + 1).find((earlier) => earlier.change !== 'late');
    const place = t('planet.address', { partition: String(partition), offset: String(offset) });
    const changes = change === 'revision' ? changesOf(schema, before?.planet, entry.planet) : [];
    return h('li', { value: revision },
      h('span', { class: `badge ${change}` }, known('change', change)), ' ',
      h('time', { datetime: new Date(timestamp).toISOString() }, dateTime(timestamp)), ' ',
      h('a', { class: 'address', href: receipt(partition, offset) }, place),
      changes.length > 0 && h('ul', {}, changes.map((text) => h('li', {}, text))));
  });
}

/** @param {Schema} schema @param {PlanetValues | null | undefined} before @param {PlanetValues | null} after */
function changesOf(schema, before, after) {
  if (!before || !after) return [];
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  const changed = names.filter((name) => after[name] !== before[name] && schema.byName.has(name));
  const text = (/** @type {string} */ name) => (
    `${schema.label(name)}: ${before[name] ?? '–'} → ${after[name] ?? '–'}`);
  return changed.slice(0, mostChanges).map(text);
}
