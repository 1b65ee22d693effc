// What the catalogue knows of the name in the form, and whether a report adds to it or replaces it all.
// Not here: the form's fields and what is sent (form.js).

import { request } from './api.js';
import { button, h, scroller, terms } from './dom.js';
import { number, t, valueText } from './i18n.js';
import { planet as planetAddress } from './links.js';

/** @param {string} key @param {typeof request} [ask] @returns {Promise<PlanetAnswer>} */
export function planetOf(key, ask = request) {
  return ask(`api/planets/${encodeURIComponent(key)}`);
}

export class KnownPlanet {
  /** @param {Schema} schema @param {(answer: PlanetAnswer) => void} fill @param {(name: string) => void} rename */
  constructor(schema, fill, rename) {
    this.schema = schema;
    this.fill = fill;
    this.rename = rename;
    this.element = h('div', { class: 'known', role: 'status', 'data-known': '' });
    this.asked = '';
    this.clear();
  }

  clear() {
    /** That was asked for, once there is an answer.
     * @type {string} */
    this.name = '';
    /** @type {PlanetAnswer | null} */
    this.answer = null;
    this.replaces = false;
    this.element.replaceChildren();
  }

  /** The key of the planet whose values a report changes, leaving the others; empty where it is a whole record. */
  get target() {
    return this.answer?.planet && !this.replaces ? this.answer.key : '';
  }

  /** Finds out who is meant, unless that has been answered. Throws a Problem where nobody could say.
   * @param {string} name @param {typeof request} [ask] */
  async lookUp(name, ask = request) {
    if (name === this.name) return;
    this.clear();
    this.asked = name;
    if (name === '') return;
    /** @type {ResolveAnswer} */
    const found = await ask(`api/resolve?name=${encodeURIComponent(name)}`);
    const answer = found.planet ? await planetOf(found.planet.key, ask) : null;
    // Another name was typed meanwhile.
    if (this.asked !== name) return;
    this.name = name;
    this.answer = answer;
    if (answer) this.#show(answer, found.alias?.alias ?? '');
    else this.#showNearest(found.nearest);
  }

  /** @param {PlanetAnswer} answer @param {string} alias by which the planet was asked for */
  #show(answer, alias) {
    const { planet, key } = answer;
    if (!planet) {
      this.element.replaceChildren(h('p', {}, t('form.withdrawn', { name: key })));
      return;
    }
    const name = String(planet.pl_name ?? key);
    const link = h('a', { href: planetAddress(key) }, name);
    this.element.replaceChildren(
      h('p', {}, link, ' ', t('form.known')),
      alias && h('p', {}, t('form.alias', { alias, name })),
      h('details', { 'data-known-values': '' }, h('summary', {}, t('form.values', { n: given(planet).length })),
        terms({ class: 'values' }, this.#values(planet))),
      this.#choice('add', true), this.#choice('replace', false),
      button(t('form.load'), () => this.fill(answer), { class: 'quiet', 'data-fill': '' }));
  }

  /** @param {PlanetValues} planet @returns {[string, string][]} */
  #values(planet) {
    return given(planet).map((name) => {
      const unit = this.schema.unit(name);
      return [this.schema.label(name), `${valueText(name, planet[name])}${unit && ` ${unit}`}`];
    });
  }

  /** @param {'add' | 'replace'} what @param {boolean} checked */
  #choice(what, checked) {
    const input = h('input', { type: 'radio', name: 'report-mode', value: what, checked });
    input.addEventListener('change', () => { this.replaces = what === 'replace'; });
    return h('label', { class: 'choice' }, input, ' ', t(`form.${what}`));
  }

  /** A name that nobody has may be a slip of the pen.
   * @param {{name: string}[]} nearest */
  #showNearest(nearest) {
    if (nearest.length === 0) return;
    this.element.replaceChildren(h('p', {}, t('form.nearest')),
      h('p', {}, nearest.flatMap(({ name }) => [
        button(name, () => this.rename(name), { class: 'quiet', 'data-nearest': '' }), ' '])));
  }
}

/** Columns that have a value, without the name.
 * @param {PlanetValues} planet */
export function given(planet) {
  return Object.keys(planet).filter((name) => name !== 'pl_name' && planet[name] !== null);
}

/** What the planet had before a revision and has now, by the log; nothing where there is another one since.
 * @param {Receipt} receipt @returns {Promise<{before: PlanetValues, after: PlanetValues} | null>} */
export async function changeOf({ key, revision, change }) {
  if (change !== 'revision') return null;
  const answer = await planetOf(key);
  if (!answer.planet || answer.revision !== revision) return null;
  const entries = answer.history.filter((one) => one.revision < revision && one.change !== 'late');
  const before = [...entries].reverse().find((one) => one.change !== 'duplicate')?.planet;
  return before ? { before, after: answer.planet } : null;
}

/** The values that went, with what they were.
 * @param {Schema} schema @param {PlanetValues} before @param {PlanetValues} after */
export function droppedList(schema, before, after) {
  const names = given(before).filter((name) => after[name] === undefined || after[name] === null);
  if (names.length === 0) return null;
  return h('div', { class: 'warnings', 'data-dropped': number(names.length) },
    h('h4', {}, t('receipt.dropped', { n: names.length })),
    scroller(t('receipt.dropped', { n: names.length }),
      h('ul', {}, names.map((name) => h('li', {}, `${schema.label(name)}: ${valueText(name, before[name])}`)))));
}
