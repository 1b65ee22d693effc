// Shows the view that the address names, at ?view=NAME (docs/ARCHITECTURE.md): its title, its place, its links.
// Not here: the views (views/index.js), and what lies over them behind the # (planet.js, provenance.js, submit.js).

import { go, parameters, query, rename } from './address.js';
import { find, h, setText } from './dom.js';
import { t } from './i18n.js';
import { decoded } from './links.js';

/** Parts of the page that had an anchor before there were views. */
const formerAnchors = /** @type {Record<string, {view?: string, hash?: string}>} */ ({
  '#top': {}, '#overview': {}, '#charts': {}, '#predictions': { view: 'habitable' }, '#planets': { view: 'planets' },
  '#health': { view: 'quality' }, '#report': { hash: '#/submit' }, '#import': { hash: '#/submit/file' },
});

/** As records of planets had it, and as it is cited. */
const formerPlanet = /^#\/planet\/(.+)$/;

/** @typedef {{view: View, place: HTMLElement, shown: ShownView | null}} Entry */

export class Router {
  /** @param {View[]} views the first is shown where the address names none @param {ViewParts} parts */
  constructor(views, parts) {
    this.parts = parts;
    this.place = find('#views', HTMLElement);
    this.heading = find('#view-title', HTMLElement);
    this.unknown = find('#unknown-view', HTMLElement);
    /** @type {Map<string, Entry>} */
    this.entries = new Map(views.map((view) => (
      [view.name, { view, place: h('div', { class: `view view-${view.name}`, hidden: true }), shown: null }])));
    this.place.replaceChildren(...[...this.entries.values()].map((entry) => entry.place));
    this.first = views[0];
    /** @type {Entry | null} */
    this.current = null;
    this.search = '';
    addEventListener('popstate', () => this.follow());
    addEventListener('hashchange', () => this.#moveFormer());
    document.addEventListener('click', (event) => this.#clicked(event));
  }

  start() {
    this.#moveFormer();
    this.follow();
  }

  /** Shows what the address names. */
  follow() {
    if (this.current && this.search === location.search) return;
    const { view: wanted, as_of: _, ...params } = parameters();
    const entry = this.entries.get(wanted ?? this.first.name) ?? this.entries.get(this.first.name);
    if (!entry) return;
    this.unknown.hidden = wanted === undefined || this.entries.has(wanted);
    setText(this.unknown, t('view.unknown', { name: wanted ?? '' }));
    const before = this.current;
    this.current = entry;
    this.search = location.search;
    this.#name();
    if (before && before !== entry) {
      before.shown?.hide();
      before.place.hidden = true;
    }
    entry.place.hidden = false;
    entry.shown ??= entry.view.mount(entry.place, this.#context(entry));
    entry.shown.show(params);
    this.#markLinks();
    if (before && before !== entry) this.heading.focus({ preventScroll: true });
  }

  /** @param {Entry} entry @returns {ViewContext} */
  #context(entry) {
    return {
      ...this.parts,
      navigate: (name, params = {}) => this.navigate(name, params),
      remember: (params) => {
        // An answer that comes late must not rename another view's address.
        if (this.current !== entry) return;
        rename(this.#address(entry.view.name, params));
        this.search = location.search;
        this.#name();
        this.#markLinks();
      },
      entitle: (text) => {
        if (this.current === entry) this.#entitle(text);
      },
    };
  }

  /** @param {string} name @param {ViewParameters} params */
  #address(name, params) {
    return { ...(name === this.first.name ? {} : { view: name }), ...params, as_of: parameters().as_of };
  }

  /** @param {string} name of a view @param {ViewParameters} [params] */
  navigate(name, params = {}) {
    go(this.#address(name, params));
    scrollTo(0, 0);
  }

  /** In the current language and colours. */
  relabel() {
    this.#name();
    this.current?.shown?.relabel();
    setText(this.unknown, t('view.unknown', { name: parameters().view ?? '' }));
  }

  #name() {
    const { view: _, as_of: __, ...params } = parameters();
    if (this.current) this.#entitle(this.current.view.title(params));
  }

  /** @param {string} text */
  #entitle(text) {
    setText(this.heading, text);
    document.title = `${text} – Planetarium`;
  }

  /** Links to views keep the moment that is shown, so that they can be opened beside, too. */
  #markLinks() {
    for (const link of document.querySelectorAll('a[data-view]')) {
      const name = link.getAttribute('data-view') ?? '';
      link.setAttribute('href', query(this.#address(name, {})) || location.pathname);
      if (link.closest('nav') && name === this.current?.view.name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  #moveFormer() {
    const { as_of } = parameters();
    const [, key] = formerPlanet.exec(location.hash) ?? [];
    const former = formerAnchors[location.hash];
    if (key !== undefined) rename({ view: 'planet', key: decoded(key), as_of }, '');
    if (key !== undefined) dispatchEvent(new PopStateEvent('popstate'));
    if (!former) return;
    if (former.hash) rename(parameters(), former.hash);
    else rename({ view: former.view, as_of }, '');
    dispatchEvent(new PopStateEvent('popstate'));
    if (former.hash) dispatchEvent(new HashChangeEvent('hashchange'));
  }

  /** A link to another view or moment is a step within the page.
   * @param {MouseEvent} event */
  #clicked(event) {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    const isHere = link.origin === location.origin && link.pathname === location.pathname;
    if (!isHere || link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    if (link.href === location.href) return;
    go(Object.fromEntries(new URLSearchParams(link.search)), link.hash);
    scrollTo(0, 0);
  }
}
