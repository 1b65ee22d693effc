// The map of the sky: a grid of right ascension and declination, the plane of the Milky Way, fields that were watched.
// Not here: the projection (../plot/project.js) and the planets on it (../views/explore.js).

import { t } from '../i18n.js';
import { line } from '../plot/layers.js';
import { aitoff } from '../plot/project.js';

const degree = Math.PI / 180;
/** The galactic pole and the longitude of the celestial pole, J2000 (IAU 1958; Liu, Zhu & Zhang 2011). */
const pole = { ra: 192.85948, dec: 27.12825, longitude: 122.93192 };
/** Kepler's first field: its middle (NASA). */
const kepler = { ra: 290.667, dec: 44.5 };

/** @type {PlotContent['x']} */
export const skyX = { kind: 'linear', min: -2.04, max: 2.04 };
/** @type {PlotContent['y']} */
export const skyY = { kind: 'linear', min: -1.03, max: 1.03 };

/** A place of the Milky Way's plane.
 * @param {number} longitude galactic, in degrees @returns {[ra: number, dec: number]} */
export function galacticPlane(longitude) {
  const turned = (pole.longitude - longitude) * degree;
  const dec = Math.asin(Math.cos(pole.dec * degree) * Math.cos(turned));
  const ra = Math.atan2(Math.sin(turned), -Math.sin(pole.dec * degree) * Math.cos(turned)) / degree + pole.ra;
  return [(ra % 360 + 360) % 360, dec / degree];
}

/** A line through directions; it is cut where it leaves the map on one side and comes back on the other.
 * @param {[number, number][]} directions @returns {[number, number][]} */
function projected(directions) {
  /** @type {[number, number][]} */
  const places = [];
  for (const [ra, dec] of directions) {
    const place = aitoff(ra, dec);
    const last = places[places.length - 1];
    if (last && Math.abs(last[0] - place[0]) > 1) places.push([NaN, NaN]);
    places.push(place);
  }
  return places;
}

/** @param {number} from @param {number} to @param {number} step */
const steps = (from, to, step) => Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

/** What lies under the planets.
 * @param {Colours} colour @returns {Layer[]} */
export function skyGround(colour) {
  const grid = { stroke: colour.line, width: 1 };
  // A hair inside of 0 h, so that each edge stays on its side.
  const meridians = [0.001, ...steps(30, 330, 30), 359.999].map((ra) => (
    line(projected(steps(-90, 90, 3).map((dec) => [ra, dec])), grid)));
  const parallels = steps(-60, 60, 30).map((dec) => (
    line(projected(steps(0.001, 359.999, 359.998 / 120).map((ra) => [ra, dec])), grid)));
  const milkyWay = projected(steps(0, 360, 2).map((longitude) => galacticPlane(longitude)));
  return [...meridians, ...parallels,
    line(milkyWay, { stroke: colour.series[4], width: 7, alpha: 0.28 }),
    line(milkyWay, { stroke: colour.series[4], width: 1, alpha: 0.8, dash: [4, 3] })];
}

/** Hours, degrees and names.
 * @returns {Layer} */
export function skyWords() {
  return {
    count: 20,
    draw(surface, { x, y, colour }) {
      const write = (/** @type {number} */ ra, /** @type {number} */ dec, /** @type {string} */ text,
        /** @type {Partial<TextInk>} */ more = {}, dy = 0) => {
        const [px, py] = aitoff(ra, dec);
        surface.text(x.pixel(px), y.pixel(py) + dy, text, {
          fill: colour.muted, size: 10.5, align: 'middle', halo: colour.surface, ...more,
        });
      };
      for (const hours of [2, 6, 10, 14, 18, 22]) write(hours * 15, 0, `${hours} h`, {}, 8);
      for (const dec of [-60, -30, 30, 60]) write(180, dec, `${dec > 0 ? '+' : '−'}${Math.abs(dec)}°`);
      const strong = { fill: colour.ink, weight: 600, size: 11 };
      write(kepler.ra, kepler.dec, t('explore.kepler'), strong, -20);
      const [ra, dec] = galacticPlane(0);
      write(ra, dec, t('explore.centre'), strong, 12);
    },
  };
}
