// The orbits of a system seen from above, to scale, with the habitable zone. Where the planets are on their orbits and
// how these are turned is not in the catalogue: the drawing says so.
// Not here: the planets' sizes (sizes.js).

import { colours } from '../charts.js';
import { measured, number, t, unitText } from '../i18n.js';
import { ground, points } from '../plot/layers.js';
import { roundStep } from '../plot/ticks.js';
import { shortName } from './data.js';

/** As wide as high: the figure's shape, which the style sheet sets (.orbit-figure). */
const shape = 3 / 2;
const solarRadius = 0.00465047;
const steps = 180;
/** So that planets do not stand in a row: the golden angle. */
const turn = 2.39996;
/** For comparison, in au. */
const ours = [['mercury', 0.387], ['venus', 0.723], ['earth', 1], ['jupiter', 5.203], ['neptune', 30.07]];

/** @param {number} semiMajor @param {number} eccentricity @param {number} angle from periastron */
function onEllipse(semiMajor, eccentricity, angle) {
  const radius = semiMajor * (1 - eccentricity ** 2) / (1 + eccentricity * Math.cos(angle));
  return /** @type {[number, number]} */ ([radius * Math.cos(angle), radius * Math.sin(angle)]);
}

/** @param {number} semiMajor @param {number} [eccentricity] @returns {[number, number][]} */
const ellipse = (semiMajor, eccentricity = 0) => Array.from({ length: steps + 1 }, (_, i) => (
  onEllipse(semiMajor, eccentricity, 2 * Math.PI * i / steps)));

/** @param {number} inner @param {number} outer @returns {[number, number][]} */
const ring = (inner, outer) => [...ellipse(outer), ...ellipse(inner).reverse()];

/** @param {PlotView['x']} x @returns {PlotView} */
const framed = (x) => ({ x, y: [x[0] / shape, x[1] / shape] });

/** @param {import('./data.js').PlanetSystem} system */
const withOrbit = (system) => system.planets.filter(({ sma_au: axis }) => typeof axis === 'number' && axis > 0);

/** @param {import('./data.js').Sister} planet */
const eccentricityOf = ({ ecc_used: given }) => (typeof given === 'number' && given < 1 ? given : 0);

/** How far from the star a drawing reaches that shows so much: all orbits, the zone, or one planet.
 * @param {import('./data.js').PlanetSystem} system @param {string} [key] of the planet */
export function reachOf(system, key) {
  const all = withOrbit(system).filter((planet) => key === undefined || planet.key === key);
  const far = all.map((planet) => Number(planet.sma_au) * (1 + eccentricityOf(planet)));
  const zone = key === undefined && system.zone ? [system.zone[3]] : [];
  const most = Math.max(0, ...far, ...(far.length === 0 || Math.max(...far) * 20 > (zone[0] ?? 0) ? zone : []));
  return most > 0 ? most * 1.12 : 0;
}

/** The view that reaches so far in each direction.
 * @param {number} reach au */
export const viewOf = (reach) => framed([-reach * shape, reach * shape]);

/** @param {import('./data.js').PlanetSystem} system @param {string} current key of the planet that is told of
 * @param {(key: string) => void} go @returns {PlotContent} */
export function orbits(system, current, go) {
  const colour = colours();
  const all = withOrbit(system);
  const { x, y } = viewOf(reachOf(system) || 1);
  return {
    x: { kind: 'linear', min: x[0], max: x[1] }, y: { kind: 'linear', min: y[0], max: y[1] },
    layers: [
      ...zoneLayers(system.zone, colour), comparison(), orbitLines(all, current, colour), starLayer(system),
      planetMarks(all, current, colour, go), letters(all, current), scaleBar(),
    ],
    summary: t('system.orbits.summary', {
      n: all.length,
      list: all.map((planet) => `${shortName(planet)} ${number(Number(planet.sma_au))} ${unitText('au')}`).join(', '),
    }),
  };
}

/** @param {import('./data.js').Zone | null} zone @param {Colours} colour @returns {Layer[]} */
function zoneLayers(zone, colour) {
  if (!zone) return [];
  return [
    ground(ring(zone[0], zone[3]), { fill: colour.series[2], alpha: 0.16 }),
    ground(ring(zone[1], zone[2]), { fill: colour.series[2], alpha: 0.2 }),
  ];
}

/** The orbits of the planets we know best, where they fit in.
 * @returns {Layer} */
function comparison() {
  return {
    count: ours.length,
    draw(surface, frame) {
      const { x, y, area, colour } = frame;
      const reach = x.value(area.right) - x.value(area.left);
      for (const [name, distance] of /** @type {[string, number][]} */ (ours)) {
        if (distance > reach * 0.75 || distance < reach * 0.04) continue;
        const line = ellipse(distance).flatMap(([px, py]) => [x.pixel(px), y.pixel(py)]);
        surface.path(line, { stroke: colour.edge, width: 1, dash: [2, 5], alpha: 0.8 });
        const [px, py] = [x.pixel(distance * Math.cos(-2.2)), y.pixel(distance * Math.sin(-2.2))];
        surface.text(px, py, t('system.orbitOf', { name: t(name) }), {
          fill: colour.muted, size: 10.5, align: 'middle', italic: true, halo: colour.surface,
        });
      }
    },
  };
}

/** @param {import('./data.js').Sister[]} all @param {string} current @param {Colours} colour @returns {Layer} */
function orbitLines(all, current, colour) {
  return {
    count: all.length,
    draw(surface, { x, y }) {
      for (const planet of all) {
        const line = ellipse(Number(planet.sma_au), eccentricityOf(planet));
        const isCurrent = planet.key === current;
        surface.path(line.flatMap(([px, py]) => [x.pixel(px), y.pixel(py)]), {
          stroke: isCurrent ? colour.accent : colour.ink, width: isCurrent ? 2 : 1.1, alpha: isCurrent ? 1 : 0.55,
        });
      }
    },
  };
}

/** The star, as large as it is; never smaller than can be seen.
 * @param {import('./data.js').PlanetSystem} system @returns {Layer} */
function starLayer({ planets }) {
  const [star] = planets;
  const radius = Number(star?.st_rad ?? 1) * solarRadius;
  return {
    count: 1,
    draw(surface, { x, y, colour }) {
      const pixels = Math.max(5, x.pixel(radius) - x.pixel(0));
      surface.mark('circle', x.pixel(0), y.pixel(0), pixels, {
        fill: starColour(Number(star?.st_teff)), stroke: colour.edge, width: 1,
      });
    },
  };
}

/** About the colour of a black body, as it looks on a screen (Mitchell Charity's table, in six steps).
 * @param {number} temperature K */
function starColour(temperature) {
  /** @type {[number, string][]} */
  const colour = [[3000, '#ffb46b'], [3900, '#ffc78f'], [5200, '#ffe0bc'], [6000, '#fff1df'], [7500, '#f4f2ff']];
  return colour.find(([below]) => temperature < below)?.[1] ?? (temperature > 0 ? '#cfdbff' : '#fff1df');
}

/** @param {import('./data.js').Sister} planet @param {number} i */
const placeOf = (planet, i) => onEllipse(Number(planet.sma_au), eccentricityOf(planet), 0.9 + i * turn);

/** @param {import('./data.js').Sister[]} all @param {string} current @param {Colours} colour
 * @param {(key: string) => void} go @returns {Layer} */
function planetMarks(all, current, colour, go) {
  const places = all.map(placeOf);
  return points({
    x: places.map(([px]) => px), y: places.map(([, py]) => py),
    radius: all.map(({ pl_rade: radius }) => Math.min(13, 3.5 + 1.9 * Math.sqrt(Number(radius ?? 1)))),
    codes: all.map(({ key }) => (key === current ? 1 : 0)),
    palette: [{ fill: colour.ink, stroke: colour.surface, width: 1.5 },
      { fill: colour.accent, stroke: colour.surface, width: 1.5 }],
    text: (i) => describe(all[i]), go: (i) => go(all[i].key),
  });
}

/** @param {import('./data.js').Sister} planet */
function describe(planet) {
  const text = (/** @type {string} */ name, /** @type {string} */ unit) => {
    const value = planet[name];
    return typeof value === 'number'
      ? `${measured(value, planet[`${name}err1`], planet[`${name}err2`])} ${unit}` : null;
  };
  return [
    String(planet.pl_name), `${t('system.axis')}: ${number(Number(planet.sma_au))} ${unitText('au')}`,
    `${t('system.eccentricity')}: ${number(eccentricityOf(planet))}${
      planet.ecc_source === 'given' ? '' : ` (${t('origin.assumed')})`}`,
    ...[['system.period', text('pl_orbper', t('days'))], ['system.radius', text('pl_rade', 'R⊕')],
      ['system.flux', typeof planet.flux_thermal === 'number' ? `${number(planet.flux_thermal)} S⊕` : null]]
      .filter(([, value]) => value).map(([name, value]) => `${t(String(name))}: ${value}`),
  ];
}

/** @param {import('./data.js').Sister[]} all @param {string} current @returns {Layer} */
function letters(all, current) {
  return {
    count: all.length,
    draw(surface, { x, y, colour }) {
      all.forEach((planet, i) => {
        const [px, py] = placeOf(planet, i);
        surface.text(x.pixel(px) + 11, y.pixel(py) - 11, shortName(planet), {
          fill: planet.key === current ? colour.accent : colour.ink, size: 13, weight: 700, halo: colour.surface,
        });
      });
    },
  };
}

/** A round length in the corner.
 * @returns {Layer} */
function scaleBar() {
  return {
    count: 1,
    draw(surface, { x, area, colour }) {
      const length = roundStep((x.value(area.right) - x.value(area.left)) / 9);
      const wide = x.pixel(length) - x.pixel(0);
      const [left, bottom] = [area.left + 14, area.bottom - 14];
      surface.segments(
        [left, bottom, left + wide, bottom, left, bottom - 4, left, bottom + 4, left + wide, bottom - 4, left + wide,
          bottom + 4], { stroke: colour.ink, width: 1.5 });
      surface.text(left + wide / 2, bottom - 12, `${number(Number(length.toPrecision(3)))} ${unitText('au')}`, {
        fill: colour.ink, size: 12, align: 'middle', halo: colour.surface,
      });
    },
  };
}
