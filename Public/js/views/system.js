// A system: its star, its planets' orbits with the habitable zone, their sizes, and a table of them.
// Not here: the drawings (../system), one planet (planet.js).

import { Problem } from '../api.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { loadSystem } from '../system/data.js';
import { siteLinks } from '../system/links.js';
import { orbitPart, part, sisterTable, sizePart, tile } from '../system/parts.js';
import { Watch } from '../system/watch.js';

const tiles = ['st_teff', 'st_rad', 'st_mass', 'st_met', 'sy_dist'];

/** @type {View} */
export default {
  title: ({ host }) => host ?? t('system'),
  mount: (place, context) => new SystemView(place, context),
};

class SystemView {
  /** @param {HTMLElement} place @param {ViewContext} context */
  constructor(place, context) {
    this.place = place;
    this.context = context;
    this.host = '';
    this.shown = '';
    /** @type {(() => void)[]} */
    this.ends = [];
    this.watch = new Watch(context.board, () => this.#load(false));
  }

  /** @param {ViewParameters} params */
  show({ host = '' }) {
    const isSame = host === this.host && this.shown !== '';
    this.host = host;
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
    const { host } = this;
    const { schema, entitle } = this.context;
    if (anew) {
      this.shown = '';
      this.#put(h('p', { class: 'note', role: 'status' }, t('planet.loading')));
    }
    try {
      const system = await loadSystem(schema, host);
      const seen = JSON.stringify(system);
      if (host !== this.host || seen === this.shown) return;
      this.shown = seen;
      entitle(system.host);
      if (system.planets.length === 0) this.#put(h('p', { class: 'panel', role: 'alert' }, t('system.none', { host })));
      else this.#show(system);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (host === this.host && this.shown === '') this.#put(h('p', { role: 'alert', class: 'panel' }, error.text));
    }
  }

  /** @param {...Node} content */
  #put(...content) {
    for (const end of this.ends) end();
    this.ends = [];
    this.place.replaceChildren(...content);
  }

  /** @param {import('../system/data.js').PlanetSystem} system */
  #show(system) {
    const { schema } = this.context;
    const orbit = orbitPart(system);
    const size = sizePart(system.planets);
    this.#put(h('article', { class: 'planet-view system-view', 'data-host': system.host },
      h('header', { class: 'panel full planet-head' },
        h('dl', { class: 'planet-tiles' }, tiles.map((name) => tile(schema, name, system.planets[0]))),
        siteLinks(system.host, system.host)),
      orbit.element,
      h('div', { class: 'beside' }, size.element),
      h('div', { class: 'full' },
        part('sisters', t('system.planets', { host: system.host }), null, sisterTable(schema, system)))));
    this.ends.push(orbit.destroy, size.destroy);
  }
}
