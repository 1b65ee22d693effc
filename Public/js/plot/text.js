// How ticks read: as many digits as the step needs, powers of ten as such, times as the language writes them.
// Not here: other numbers of the page (../i18n.js).

import { currentLanguage } from '../i18n.js';
import { rounded, written } from '../numbers.js';

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();
const day = 86_400_000;

const tag = () => (currentLanguage() === 'fr' ? 'fr-FR' : 'en-GB');

/** @param {number} value @param {number} places */
const fixed = (value, places) => (
  written(rounded(value, places), places, currentLanguage() === 'fr', true).replace('-', '−'));

/** "10⁻³"
 * @param {number} value a digit times a power of ten */
function power(value) {
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const digit = Math.round(value / 10 ** exponent);
  const raised = [...String(exponent)].map((one) => (one === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(one)])).join('');
  return `${digit === 1 ? '' : `${fixed(digit, 0)}·`}10${raised}`;
}

/** @param {number} step @param {number[]} values */
export function linearText(step, values) {
  const most = Math.max(...values.map(Math.abs), step);
  if (most >= 1e7 || step < 1e-6) {
    const exponent = Math.floor(Math.log10(most));
    const places = Math.max(0, exponent - Math.floor(Math.log10(step) + 1e-9));
    return (/** @type {number} */ value) => (
      value === 0 ? '0' : `${fixed(value / 10 ** exponent, places)}·${power(10 ** exponent)}`);
  }
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return (/** @type {number} */ value) => fixed(value, places);
}

/** @param {number} value above 0 */
export function logText(value) {
  if (value >= 1e5 || value < 1e-3 * (1 - 1e-9)) return power(value);
  return fixed(value, Math.max(0, -Math.floor(Math.log10(value) + 1e-9)));
}

/** @param {number} step in milliseconds */
export function timeText(step) {
  const [name, parts] = /** @type {[string, Intl.DateTimeFormatOptions]} */ (
    step >= 360 * day ? ['year', { year: 'numeric' }]
      : step >= 28 * day ? ['month', { month: 'short', year: 'numeric' }]
        : step >= day ? ['day', { day: 'numeric', month: 'short' }]
          : step >= 60_000 ? ['minute', { hour: '2-digit', minute: '2-digit' }]
            : ['second', { hour: '2-digit', minute: '2-digit', second: '2-digit' }]);
  const key = `${tag()} ${name}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(tag(), parts);
  formats.set(key, format);
  return (/** @type {number} */ value) => format.format(value);
}
