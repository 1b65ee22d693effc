// Planets beside Earth, Neptune and Jupiter, as large as they are. A dashed rim is the largest size within the error;
// one that is dashed alone was not measured.
// Not here: orbits (orbits.js).

import { colours } from '../charts.js';
import { errorsText, measured, t } from '../i18n.js';
import { shortName } from './data.js';

/** As wide as high (.size-figure). */
const shape = 3.4;
/** R⊕, equatorial (IAU 2015). */
const known = [{ name: 'earth', radius: 1 }, { name: 'neptune', radius: 3.883 }, { name: 'jupiter', radius: 11.209 }];

/** @typedef {{name: string, radius: number, most?: number, isOurs?: boolean, isForecast?: boolean, key?: string,
 *   words: string[]}} Disc */

/** @param {import('./data.js').Sister[]} planets @param {(key: string) => void} go @returns {PlotContent} */
export function sizes(planets, go) {
  /** @type {Disc[]} */
  const own = planets.filter(({ pl_rade: radius }) => typeof radius === 'number').map((planet) => {
    const [radius, upper] = [Number(planet.pl_rade), Number(planet.pl_radeerr1 ?? 0)];
    const errors = errorsText(planet.pl_radeerr1, planet.pl_radeerr2);
    const isForecast = planet.radius_provenance === 'forecast';
    const size = `${measured(radius, planet.pl_radeerr1, planet.pl_radeerr2)}${errors && ` ${errors}`} R⊕`;
    return {
      name: shortName(planet), radius, most: upper > 0 ? radius + upper : undefined, isForecast, key: planet.key,
      words: [String(planet.pl_name), isForecast ? `${size} (${t('origin.short.forecast')})` : size],
    };
  });
  /** @type {Disc[]} */
  const ours = known.map(({ name, radius }) => (
    { name: t(name), radius, isOurs: true, words: [t(name), `${radius} R⊕`] }));
  const all = [...own, ...ours].sort((a, b) => a.radius - b.radius);
  const gap = Math.max(...all.map(({ radius }) => radius)) * 0.16;
  let end = gap;
  const middles = all.map(({ radius, most = radius }) => {
    const middle = end + most;
    end = middle + most + gap;
    return middle;
  });
  const high = Math.max(...all.map(({ radius, most = radius }) => most)) * 2.9;
  const wide = Math.max(end, high * shape);
  const left = (wide - end) / 2;
  const places = middles.map((middle) => middle + left);
  return {
    x: { kind: 'linear', min: 0, max: wide }, y: { kind: 'linear', min: -wide / shape / 2, max: wide / shape / 2 },
    layers: [discs(all, places, go)],
    summary: own.map(({ words }) => words.join(' ')).join(', '),
  };
}

/** @param {Disc[]} all @param {number[]} places @param {(key: string) => void} go @returns {Layer} */
function discs(all, places, go) {
  const radiusOf = (/** @type {Disc} */ disc, /** @type {Frame2D} */ { x }) => (
    Math.max(1.5, x.pixel(disc.radius) - x.pixel(0)));
  return {
    count: all.length,
    length: all.length,
    draw(surface, frame) {
      const colour = colours();
      const { x, y } = frame;
      const rowOf = rows();
      all.forEach((disc, i) => {
        const [px, py] = [x.pixel(places[i]), y.pixel(0)];
        const radius = radiusOf(disc, frame);
        const fill = disc.isOurs ? colour.line : colour.accent;
        surface.mark('circle', px, py, radius, disc.isForecast ? { fill, alpha: 0.25 } : { fill });
        const rim = disc.most ? x.pixel(disc.most) - x.pixel(0) : radius;
        if (disc.most || disc.isForecast) surface.path(circle(px, py, rim), dashed(colour));
        if (disc.isOurs) surface.path(circle(px, py, radius), { stroke: colour.edge, width: 1 });
        const half = disc.name.length * 3.4;
        const row = rowOf({ px, py, rim, half, inside: disc.isOurs && half + 4 < radius });
        surface.text(px, row, disc.name, {
          fill: disc.isOurs ? colour.muted : colour.ink, size: 12, weight: disc.isOurs ? 400 : 700, align: 'middle',
          halo: row === py ? undefined : colour.surface,
        });
      });
    },
    at: (px, py, frame) => all.findIndex((disc, i) => (
      Math.hypot(px - frame.x.pixel(places[i]), py - frame.y.pixel(0)) <= Math.max(8, radiusOf(disc, frame)))),
    place: (i, frame) => ({ x: frame.x.pixel(places[i]), y: frame.y.pixel(0), radius: radiusOf(all[i], frame) }),
    text: (i) => all[i].words,
    go: (i) => {
      const { key } = all[i];
      if (key) go(key);
    },
  };
}

/** Where the name of each disc stands, from the left: within it where it fits, else below it; small ones stand close,
 * and their names go below and above in turn, higher where they would touch. */
function rows() {
  let lowEnd = -Infinity;
  let highEnd = -Infinity;
  let highRow = 0;
  /** @param {{px: number, py: number, rim: number, half: number, inside?: boolean}} disc */
  return ({ px, py, rim, half, inside }) => {
    if (inside) return py;
    const from = px - half - 4;
    if (from >= lowEnd) {
      lowEnd = px + half;
      return py + rim + 13;
    }
    highRow = from < highEnd ? Math.min(py - rim - 10, highRow - 13) : py - rim - 10;
    highEnd = px + half;
    return highRow;
  };
}

/** @param {Colours} colour @returns {Ink} */
const dashed = (colour) => ({ stroke: colour.ink, width: 1, dash: [3, 3] });

/** @param {number} x @param {number} y @param {number} radius */
const circle = (x, y, radius) => Array.from({ length: 97 }, (_, i) => [
  x + radius * Math.cos(2 * Math.PI * i / 96), y + radius * Math.sin(2 * Math.PI * i / 96)]).flat();
