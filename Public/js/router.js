// Shows the view that the address names, at ?view=NAME (docs/ARCHITECTURE.md): its title, its place, its links.
// Not here: the views (views/index.js), and what lies over them behind the # (planet.js, provenance.js, submit.js).

import { go, parameters, query, rename } from './address.js';
import { find, h, setText } from './dom.js';
import { t } from './i18n.js';
import { decoded } from './links.js';
import { expect, part } from './parts.js';
import { firstView, viewNamed, views } from './views/index.js';

/** Parts of the page that had an anchor before there were views. */
const formerAnchors = /** @type {Record<string, {view?: string, hash?: string}>} */ ({
  '#top': {}, '#overview': {}, '#charts': {}, '#predictions': { view: 'habitable' }, '#planets': { view: 'planets' },
  '#health': { view: 'quality' }, '#report': { hash: '#/submit' }, '#import': { hash: '#/submit/file' },
});

/** As records of planets had it, and as it is cited. */
const formerPlanet = /^#\/planet\/(.+)$/;

/** @typedef {{name: string, load: () => Promise<View>, view: View | null, place: HTMLElement,
 *   shown: ShownView | null}} Entry */

export class Router {
  /** @param {ViewParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.place = find('#views', HTMLElement);
    this.heading = find('#view-title', HTMLElement);
    this.unknown = find('#unknown-view', HTMLElement);
    /** @type {Map<string, Entry>} */
    this.entries = new Map(Object.entries(views).map(([name, load]) => (
      [name, { name, load, view: null, place: h('div', { class: `view view-${name}`, hidden: true }), shown: null }])));
    this.place.replaceChildren(...[...this.entries.values()].map((entry) => entry.place));
    /** @type {Entry | null} */
    this.current = null;
    this.search = '';
    /** What the step goes to, and what had the focus when it began.
     * @type {{search: string, focused: Element | null}} */
    this.step = { search: '', focused: null };
    /** Where a later step goes elsewhere, what an earlier one has waited for is not shown. */
    this.steps = 0;
    addEventListener('popstate', () => this.follow());
    addEventListener('hashchange', () => this.#moveFormer());
    document.addEventListener('click', (event) => this.#clicked(event));
    for (const hint of ['pointerover', 'focusin']) document.addEventListener(hint, (event) => this.#expect(event));
  }

  async start() {
    this.#moveFormer();
    await this.follow();
  }

  /** Shows what the address names; until its view has come, what was shown before. */
  async follow() {
    this.steps += 1;
    const { steps } = this;
    // What only opens over the view is no step: who is typing there stays there.
    const { search } = location;
    if (search !== this.step.search) this.step = { search, focused: document.activeElement };
    const entry = this.entries.get(viewNamed(parameters().view));
    if (!entry) return;
    if (!entry.view) {
      document.documentElement.classList.add('going');
      const view = await part(entry.load);
      entry.view ??= view;
      if (steps !== this.steps) return;
    }
    document.documentElement.classList.remove('going');
    await this.#show(entry, entry.view);
  }

  /** @param {Entry} entry @param {View} view */
  #show(entry, view) {
    if (this.current && this.search === location.search) return null;
    const { view: wanted, as_of: _, ...params } = parameters();
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
    entry.shown ??= view.mount(entry.place, this.#context(entry));
    const done = entry.shown.show(params);
    this.#markLinks();
    // Who has gone on to something else meanwhile, a form, stays there.
    const isWaiting = [this.step.focused, document.body].includes(document.activeElement);
    if (before && before !== entry && isWaiting) this.heading.focus({ preventScroll: true });
    return done;
  }

  /** @param {Entry} entry @returns {ViewContext} */
  #context(entry) {
    return {
      ...this.parts,
      navigate: (name, params = {}) => this.navigate(name, params),
      remember: (params) => {
        // An answer that comes late must not rename another view's address, nor one whose view is on its way.
        if (this.current !== entry || this.search !== location.search) return;
        rename(this.#address(entry.name, params));
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
    return { ...(name === firstView ? {} : { view: name }), ...params, as_of: parameters().as_of };
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
    if (this.current?.view) this.#entitle(this.current.view.title(params));
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
      if (link.closest('nav') && name === this.current?.name) link.setAttribute('aria-current', 'page');
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

  /** Who points at a link is likely to follow it.
   * @param {Event} event */
  #expect(event) {
    const link = event.target instanceof Element ? event.target.closest('a[href*="view="]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return;
    const entry = this.entries.get(new URLSearchParams(link.search).get('view') ?? '');
    if (entry && !entry.view) expect(entry.load);
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
