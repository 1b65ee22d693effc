// The parts that the views of a planet and of a system share: tiles of values, the panels with orbits and sizes, the
// table of the planets. Not here: what is drawn (orbits.js, sizes.js).

import { button, h, scroller, tableHead } from '../dom.js';
import { figureMenu, wholeButton } from '../figure.js';
import { errorsText, exact, known, measured, number, t, unitText } from '../i18n.js';
import { follow } from '../address.js';
import { planet as planetAddress } from '../links.js';
import { unitOf } from '../explore/choices.js';
import { Plot } from '../plot/plot.js';
import { orbits, reachOf, viewOf } from './orbits.js';
import { sizes } from './sizes.js';

/** A value with its errors, unit and origin, large.
 * @param {Schema} schema @param {string} name of a column @param {PlanetValues} planet
 * @param {Record<string, string>} [provenance] */
export function tile(schema, name, planet, provenance = {}) {
  const value = planet[name];
  const isKnown = typeof value === 'number';
  const [upper, lower] = [planet[`${name}err1`], planet[`${name}err2`]];
  const limit = planet[`${name}lim`];
  const origin = provenance[name] ?? (limit ? 'bound' : 'measured');
  const sign = limit === 1 ? '≤ ' : limit === -1 ? '≥ ' : '';
  return h('div', { class: 'tile', 'data-tile': name }, h('dt', {}, schema.label(name)), h('dd', {},
    isKnown ? [
      h('span', { class: 'tile-value', title: exact(value) }, sign, measured(value, upper, lower)),
      h('span', { class: 'unit' }, ` ${unitOf(schema, name)}`),
      h('span', { class: 'tile-note' }, errorsText(upper, lower) || t('system.noError'),
        origin !== 'measured' && h('span', { class: `badge ${origin}` }, t(`quality.${origin}`))),
    ] : [h('span', { class: 'tile-value none' }, '–'), h('span', { class: 'tile-note' }, t('system.unknown'))]));
}

/** @param {string} id @param {string} title @param {Child} tools @param {...Child} body */
export function part(id, title, tools, ...body) {
  return h('section', { class: 'panel', id, 'aria-labelledby': `${id}-title` },
    h('div', { class: 'panel-head' }, h('h2', { id: `${id}-title` }, title), h('div', { class: 'controls' }, tools)),
    ...body);
}

/** @param {string} key */
const openPlanet = (key) => follow(planetAddress(key));

/** @param {import('./data.js').PlanetSystem} system @param {string} [current] key of the planet that is told of */
export function orbitPart(system, current = '') {
  const title = t('system.orbits', { host: system.host });
  if (reachOf(system) === 0) {
    return { element: part('orbits', title, null, h('p', { class: 'note' }, t('system.noOrbit'))), destroy: () => {} };
  }
  const plot = new Plot({ label: title, bare: true, zoom: 'xy' });
  plot.show(orbits(system, current, openPlanet));
  const whole = wholeButton(plot);
  const near = reachOf(system, current);
  const toPlanet = near > 0 && near < reachOf(system) * 0.6 && button(t('system.toPlanet'), () => (
    plot.look(viewOf(near * 1.15))), { class: 'quiet', 'data-to-planet': '' });
  const menu = figureMenu({ title, plot, count: () => t('planets.count', { n: system.planets.length }) });
  const swatch = (/** @type {string} */ name) => h('i', { class: `zone-swatch ${name}`, 'aria-hidden': 'true' });
  return {
    element: part('orbits', title, [toPlanet, whole, menu],
      h('div', { class: 'figure orbit-figure' }, plot.element),
      system.zone ? h('p', { class: 'note zone-key', 'data-zone': system.zone.join(' ') },
        swatch('conservative'), t('system.conservative', range(system.zone[1], system.zone[2])), ' ',
        swatch('optimistic'), t('system.optimistic', range(system.zone[0], system.zone[3])))
        : h('p', { class: 'note' }, t('system.noZone')),
      h('p', { class: 'note' }, t('system.drawn'))),
    destroy: () => plot.destroy(),
  };
}

/** @param {number} from @param {number} to au */
const range = (from, to) => ({ from: number(Number(from.toPrecision(3))), to: number(Number(to.toPrecision(3))) });

/** @param {import('./data.js').Sister[]} planets */
export function sizePart(planets) {
  const title = t('system.sizes');
  const plot = new Plot({ label: title, bare: true, zoom: '' });
  plot.show(sizes(planets, openPlanet));
  const menu = figureMenu({ title, plot, count: () => t('planets.count', { n: planets.length }) });
  const isKnown = planets.some(({ pl_rade: radius }) => typeof radius === 'number');
  return {
    element: part('sizes', title, menu, h('div', { class: 'figure size-figure' }, plot.element),
      h('p', { class: 'note' }, isKnown ? t('system.sizes.about') : t('system.sizes.none'))),
    destroy: () => plot.destroy(),
  };
}

/** @param {Schema} schema @param {import('./data.js').PlanetSystem} system @param {string} [current] */
export function sisterTable(schema, system, current = '') {
  const columns = ['pl_orbper', 'pl_rade', 'pl_bmasse', 'pl_eqt'];
  const value = (/** @type {import('./data.js').Sister} */ planet, /** @type {string} */ name) => {
    const given = planet[name];
    if (typeof given !== 'number') return '–';
    const origin = planet[name === 'pl_rade' ? 'radius_provenance' : name === 'pl_bmasse' ? 'mass_provenance' : ''];
    const [upper, lower] = [planet[`${name}err1`], planet[`${name}err2`]];
    const limit = planet[`${name}lim`];
    const sign = limit === 1 ? '≤ ' : limit === -1 ? '≥ ' : '';
    return [sign + measured(given, upper, lower), h('span', { class: 'plus-minus' }, ` ${errorsText(upper, lower)}`),
      (origin === 'forecast' || origin === 'minimum') && ` (${t(`origin.short.${origin}`)})`];
  };
  const rows = system.planets.map((planet) => h('tr', {
    'data-key': planet.key, 'aria-current': planet.key === current ? 'true' : null,
  },
  h('th', { scope: 'row' }, planet.key === current ? String(planet.pl_name)
    : h('a', { href: planetAddress(planet.key) }, String(planet.pl_name))),
  h('td', {}, typeof planet.sma_au === 'number' ? number(planet.sma_au) : '–'),
  columns.map((name) => h('td', {}, value(planet, name))),
  h('td', { class: 'word' }, known('zone', String(planet.hz_class ?? 'null'))),
  h('td', {}, String(planet.disc_year ?? '–'))));
  const heads = [schema.label('pl_name'), `${t('system.axis')} (${unitText('au')})`, ...columns.map((name) => (
    `${schema.label(name)} (${unitOf(schema, name)})`)), t('zone'), t('year')];
  const table = h('table', { class: 'data sisters' },
    h('caption', { class: 'unseen' }, t('system.planets', { host: system.host })), tableHead(heads),
    h('tbody', {}, rows));
  return scroller(t('system.planets', { host: system.host }), table);
}
