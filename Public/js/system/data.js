// A system as the API has it: its planets with what is predicted of them, its star, and the habitable zone's limits.
// Not here: how it is drawn (orbits.js, sizes.js, parts.js).

import { request } from '../api.js';

/** Of each planet, for the drawings. */
const drawn = [
  'pl_name', 'hostname', 'sma_au', 'ecc_used', 'ecc_source', 'flux_thermal', 'hz_class', 'habitable',
  'radius_provenance', 'mass_provenance', 'luminosity',
];
/** With errors and limits. */
const measured = ['pl_orbper', 'pl_orbsmax', 'pl_rade', 'pl_bmasse', 'pl_orbeccen', 'pl_eqt', 'disc_year'];
const star = ['st_teff', 'st_rad', 'st_mass', 'st_lum', 'st_met', 'sy_dist', 'sy_vmag', 'ra', 'dec'];
const mostPlanets = 50;
/** From the star outwards; the runaway greenhouse is that of the mass which is nearest to the planet's. */
const limits = [
  ['recent_venus'], ['runaway_greenhouse_1', 'runaway_greenhouse_5', 'runaway_greenhouse_0.1'], ['maximum_greenhouse'],
  ['early_mars'],
];

/** @typedef {PlanetValues & {key: string}} Sister */
/** Distances in au, from the inner edge to the outer; the middle two are the conservative zone.
 * @typedef {[number, number, number, number]} Zone */
/** @typedef {{host: string, planets: Sister[], zone: Zone | null}} PlanetSystem */

/** @param {Schema} schema @param {string} host @returns {Promise<PlanetSystem>} its planets from the star outwards */
export async function loadSystem(schema, host) {
  const companions = [...measured, ...star].flatMap((name) => (
    [name, ...schema.companions(name).map((one) => one.name)]));
  const query = new URLSearchParams({
    hostname: host, is_planet: 'true', limit: String(mostPlanets), columns: [...drawn, ...companions].join(','),
  });
  /** @type {{planets: Sister[]}} */
  const { planets } = await request(`api/planets?${query}`);
  const distance = (/** @type {Sister} */ one) => Number(one.sma_au ?? Infinity);
  planets.sort((a, b) => distance(a) - distance(b) || (a.key < b.key ? -1 : 1));
  return { host: String(planets[0]?.hostname ?? host), planets, zone: await zoneOf(planets) };
}

/** The zone's limits as distances. The API gives them as fluxes, of the star that its predictions take; at a distance
 * d the flux is L / d², as in its flux_mean.
 * @param {Sister[]} planets @returns {Promise<Zone | null>} */
async function zoneOf(planets) {
  const one = planets.find(({ luminosity, flux_thermal: flux }) => luminosity && flux) ?? planets.find((planet) => (
    planet.luminosity));
  if (!one) return null;
  const answer = await request(`api/planets/${encodeURIComponent(one.key)}/prediction`).catch(() => null);
  return answer ? zoneFrom(answer) : null;
}

/** @param {PredictionAnswer} answer @returns {Zone | null} */
function zoneFrom({ prediction, steps }) {
  const fluxes = limits.map((names) => Number(steps.find(({ name }) => names.includes(name))?.value));
  const luminosity = Number(prediction.luminosity);
  if (!(luminosity > 0) || !fluxes.every((flux) => flux > 0)) return null;
  return /** @type {Zone} */ (fluxes.map((flux) => Math.sqrt(luminosity / flux)));
}

/** What a planet's name adds to its star's.
 * @param {PlanetValues} planet */
export function shortName({ pl_name: name, hostname: host }) {
  const whole = String(name ?? '');
  return host && whole.startsWith(`${host} `) ? whole.slice(String(host).length + 1) : whole;
}
