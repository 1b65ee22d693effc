// The sky on a sheet: Aitoff's projection of right ascension and declination. Pure.
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
