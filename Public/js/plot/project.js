// The sky on a sheet: Aitoff's projection of right ascension and declination, and back. Pure.
// Source: the usual formulas of the projection (D. Aitoff 1889), x to -2..2 and y to -1..1, in units of a right angle.
// Not here: how the map is drawn (../explore/sky.js).

const degree = Math.PI / 180;
const quarter = Math.PI / 2;

/** East is to the left, as one sees the sky; the middle is 12 h.
 * @param {number} ra degrees @param {number} dec degrees @returns {[x: number, y: number]} */
export function aitoff(ra, dec) {
  const half = (((ra - 180) % 360 + 540) % 360 - 180) * degree / 2;
  const latitude = dec * degree;
  const angle = Math.acos(Math.cos(latitude) * Math.cos(half));
  const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
  const x = 2 * Math.cos(latitude) * Math.sin(half) / sinc;
  return [x === 0 ? 0 : -x / quarter, Math.sin(latitude) / sinc / quarter];
}

/** The direction at a place of the map, by Newton's method; null outside of the map.
 * @param {number} x @param {number} y @returns {[ra: number, dec: number] | null} degrees */
export function aitoffBack(x, y) {
  if ((x / 2) ** 2 + y ** 2 > 1) return null;
  const aim = [x, y];
  let at = [180 - x * 90 * 0.95, y * 90 * 0.95];
  for (let turn = 0; turn < 40; turn += 1) {
    const now = aitoff(at[0], at[1]);
    const off = [now[0] - aim[0], now[1] - aim[1]];
    if (Math.hypot(off[0], off[1]) < 1e-10) break;
    const step = 1e-5;
    const east = aitoff(at[0] + step, at[1]).map((value, i) => (value - now[i]) / step);
    const north = aitoff(at[0], at[1] + step).map((value, i) => (value - now[i]) / step);
    const area = east[0] * north[1] - east[1] * north[0];
    if (Math.abs(area) < 1e-14) break;
    at = [
      at[0] - (off[0] * north[1] - off[1] * north[0]) / area,
      Math.max(-90, Math.min(90, at[1] - (east[0] * off[1] - east[1] * off[0]) / area)),
    ];
  }
  return [(at[0] % 360 + 360) % 360, at[1]];
}
