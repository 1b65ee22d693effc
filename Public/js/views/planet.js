// A planet: its head, its orbit among its sisters, its size, where else it is told of, then the work behind each
// prediction, its values and its history. It follows changes that are made elsewhere.
// Not here: the drawings (../system), values and history (../planet.js), predictions (../prediction.js).

import { Problem, request } from '../api.js';
import { h } from '../dom.js';
import { known, t } from '../i18n.js';
import { system as systemAddress } from '../links.js';
import { facts, lastValues, planetActions, planetDetails } from '../planet.js';
import { predictionSection } from '../prediction.js';
import { breathe } from '../slowly.js';
import { dispositionBadge } from '../solutions.js';
import { loadSystem } from '../system/data.js';
import { siteLinks } from '../system/links.js';
import { orbitPart, part, sisterTable, sizePart, tile } from '../system/parts.js';
import { Watch } from '../system/watch.js';

const tiles = ['pl_rade', 'pl_bmasse', 'pl_orbper', 'pl_eqt', 'sy_dist'];
const starTiles = ['st_teff', 'st_rad', 'st_mass', 'st_met'];

/** @type {View} */
export default {
  title: ({ key }) => key ?? t('planet'),
  mount: (place, context) => new PlanetView(place, context),
};

class PlanetView {
  /** @param {HTMLElement} place @param {ViewContext} context */
  constructor(place, context) {
    this.place = place;
    this.context = context;
    this.key = '';
    this.shown = '';
    /** @type {(() => void)[]} */
    this.ends = [];
    this.watch = new Watch(context.board, () => this.#load(false));
  }

  /** @param {ViewParameters} params */
  show({ key = '' }) {
    const isSame = key === this.key && this.shown !== '';
    this.key = key;
    this.watch.start();
    this.#load(!isSame);
  }

  hide() {
    this.watch.stop();
    // The views of planets and of systems have the same parts: one of each in the page.
    this.shown = '';
    this.#put();
  }

  relabel() {
    this.#load(true);
  }

  /** @param {boolean} anew whether it is drawn also where nothing has changed */
  async #load(anew) {
    const { key } = this;
    const { schema } = this.context;
    if (anew) {
      this.shown = '';
      this.#put(h('p', { class: 'note', role: 'status' }, t('planet.loading')));
    }
    try {
      /** @type {PlanetAnswer} */
      const answer = await request(`api/planets/${encodeURIComponent(key)}`);
      const planet = answer.planet ?? lastValues(answer.history);
      const host = typeof planet.hostname === 'string' ? planet.hostname : '';
      // A withdrawn planet has no predictions: asking would be a 404.
      const [predicted, system] = await Promise.all([
        answer.planet && predictionSection(key, schema), host ? loadSystem(schema, host).catch(() => null) : null]);
      if (key !== this.key) return;
      const seen = JSON.stringify([answer, system]);
      if (seen === this.shown) return;
      this.shown = seen;
      await this.#show(answer, planet, predicted, system, seen);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // What is shown stays while the server is away.
      if (key !== this.key || (this.shown !== '' && error.status !== 404)) return;
      this.shown = '';
      this.#put(h('p', { role: 'alert', class: 'panel' }, error.status === 404 ? t('planet.unknown') : error.text));
    }
  }

  /** @param {...Node} content */
  #put(...content) {
    for (const end of this.ends) end();
    this.ends = [];
    this.place.replaceChildren(...content);
  }

  /** @param {PlanetAnswer} answer @param {PlanetValues} planet @param {HTMLElement | null} predicted
   * @param {import('../system/data.js').PlanetSystem | null} system
   * @param {string} seen what `shown` is until something else is to be shown */
  async #show(answer, planet, predicted, system, seen) {
    const { schema, revise } = this.context;
    const name = String(planet.pl_name ?? answer.key);
    this.context.entitle(name);
    // Withdrawn, or no confirmed planet: drawn by itself.
    const own = { ...planet, key: answer.key };
    const others = system ?? { host: '', planets: [], zone: null };
    const drawn = others.planets.find((one) => one.key === answer.key);
    const size = sizePart([drawn ?? own]);
    const orbit = drawn && orbitPart(others, answer.key);
    /** @type {Child[]} */
    const parts = [];
    for (const make of [
      () => this.#head(answer, planet, name),
      () => orbit?.element,
      () => h('div', { class: 'beside' }, size.element, part('star', t('system.star'), null,
        h('dl', { class: 'planet-tiles small' }, starTiles.map((column) => tile(schema, column, planet))))),
      () => others.planets.length > 0 && h('div', { class: 'full' },
        part('sisters', t('system.planets', { host: others.host }),
          h('a', { href: systemAddress(others.host) }, t('system.open')), sisterTable(schema, others, answer.key))),
      () => predicted && h('section', { class: 'panel full' }, predicted),
      () => planetDetails(schema, answer, planet, planetActions(answer, planet, revise, () => this.#load(false))),
    ]) {
      parts.push(make());
      await breathe();
      if (seen === this.shown) continue;
      for (const one of [size, orbit]) one?.destroy();
      return;
    }
    this.#put(h('article', {
      class: 'planet-view', 'data-key': answer.key, 'data-revision': String(answer.revision),
      'data-withdrawn': String(answer.withdrawn),
    }, ...parts));
    this.ends.push(size.destroy, ...(orbit ? [orbit.destroy] : []));
  }

  /** @param {PlanetAnswer} answer @param {PlanetValues} planet @param {string} name */
  #head(answer, planet, name) {
    const names = answer.aliases?.join(', ');
    const badge = dispositionBadge(planet);
    return h('header', { class: 'panel full planet-head' },
      h('p', { class: 'facts-line' }, badge && [badge, ' '], facts(planet)),
      answer.withdrawn && h('p', { class: 'withdrawn', role: 'status' }, t('planet.withdrawn')),
      h('dl', { class: 'planet-tiles' }, tiles.map((column) => (
        tile(this.context.schema, column, planet, answer.provenance)))),
      siteLinks(name, String(planet.hostname ?? '')),
      h('p', { class: 'note' }, t('planet.key', { key: answer.key, revision: String(answer.revision) }), ' ',
        h('a', { href: `api/planets/${encodeURIComponent(answer.key)}` }, t('menu.call'))),
      names && h('p', { class: 'note', 'data-aliases': '' }, t('planet.aliases', { names })),
      answer.history.length > 1 && h('p', { class: 'note' }, t('planet.lastChange', {
        change: known('change', answer.history[answer.history.length - 1].change),
      })));
  }
}
