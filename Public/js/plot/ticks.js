// Where an axis has its ticks: round numbers, powers of ten, round times. Pure: numbers in, numbers out.
// Not here: how a tick reads (text.js) and how it is drawn (axes.js).

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const timeSteps = [1, 5, 15, 30].map((n) => n * second).concat(
  [1, 5, 15, 30].map((n) => n * minute), [1, 3, 6, 12].map((n) => n * hour), [1, 2, 7].map((n) => n * day));
const mostTicks = 200;

/** The smallest of 1, 2 and 5 times a power of ten that is at least this large.
 * @param {number} least above 0 */
export function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  const share = least / power;
  // A little more than 1 by rounding errors is still 1.
  for (const step of [1, 2, 5]) if (share <= step * (1 + 1e-9)) return step * power;
  return 10 * power;
}

/** @param {number} min @param {number} max @param {number} count about so many @param {boolean} [whole]
 * @returns {{values: number[], step: number}} */
export function linearTicks(min, max, count, whole = false) {
  if (!(max > min) || !Number.isFinite(max - min)) return { values: Number.isFinite(min) ? [min] : [], step: 1 };
  const step = Math.max(whole ? 1 : 0, roundStep((max - min) / Math.max(1, count)));
  const values = [];
  const first = Math.ceil(min / step - 1e-9);
  for (let i = first; i * step <= max + step * 1e-9 && values.length < mostTicks; i += 1) {
    values.push(Number((i * step).toPrecision(12)));
  }
  return { values, step };
}

/** Powers of ten; 1, 2 and 5 times these where there is room; round numbers where it is less than a decade.
 * @param {number} min above 0 @param {number} max @param {number} count about so many
 * @returns {{values: number[], minor: number[], step: number}} `step` 0: each tick has the digits it needs */
export function logTicks(min, max, count) {
  if (!(max > min) || !(min > 0)) return { values: min > 0 ? [min] : [], minor: [], step: 0 };
  const [low, high] = [Math.log10(min), Math.log10(max)];
  const decades = high - low;
  if (decades < 0.7) return { ...linearTicks(min, max, count), minor: [] };
  const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const steps = every === 1 && decades * 3 <= count + 1 ? [1, 2, 5] : [1];
  const values = [];
  const minor = [];
  for (let power = Math.floor(low); power <= high; power += 1) {
    for (let digit = 1; digit < 10; digit += 1) {
      const value = Number(`${digit}e${power}`);
      if (value < min * (1 - 1e-9) || value > max * (1 + 1e-9)) continue;
      const isMajor = steps.includes(digit) && power % every === 0;
      if (isMajor) values.push(value);
      else if (every === 1 || digit === 1) minor.push(value);
    }
  }
  return { values, minor, step: 0 };
}

/** Round times of the reader's own clock; years are round years.
 * @param {number} min in milliseconds @param {number} max @param {number} count about so many
 * @returns {{values: number[], step: number}} `step` in milliseconds */
export function timeTicks(min, max, count) {
  if (!(max > min)) return { values: [min], step: day };
  const least = (max - min) / Math.max(1, count);
  const step = timeSteps.find((one) => one >= least);
  if (!step) return calendarTicks(min, max, least);
  const shift = new Date(min).getTimezoneOffset() * minute;
  const values = [];
  for (let at = Math.ceil((min - shift) / step) * step + shift; at <= max && values.length < mostTicks; at += step) {
    values.push(at);
  }
  return { values, step };
}

/** Months and years: they differ in length.
 * @param {number} min @param {number} max @param {number} least in milliseconds */
function calendarTicks(min, max, least) {
  const year = 365.25 * day;
  const months = [1, 3, 6].find((n) => n * 30.5 * day >= least) ?? 12 * roundStep(Math.max(1, least / year));
  const values = [];
  const start = new Date(min);
  const first = Math.ceil((start.getFullYear() * 12 + start.getMonth()) / months) * months;
  for (let month = first; values.length < mostTicks; month += months) {
    const at = new Date(0, 0);
    at.setFullYear(Math.floor(month / 12), month % 12, 1);
    at.setHours(0, 0, 0, 0);
    if (at.getTime() > max) break;
    if (at.getTime() >= min) values.push(at.getTime());
  }
  return { values, step: months * 30.5 * day };
}
