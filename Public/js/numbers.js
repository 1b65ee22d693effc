// Decimal numbers as English and French write them, as Intl does; but Intl's first format takes a phone 60 ms, which
// the page's start doesn't have. Not here: which language, and how exactly a number is shown (i18n.js, plot/text.js).

/** Half away from zero, as the digits that the number is written with say. A negative number of places rounds tens.
 * @param {number} value @param {number} places behind the point, at most */
export function rounded(value, places) {
  const shifted = (/** @type {number} */ number, /** @type {number} */ by) => {
    const [digits, exponent] = number.toExponential().split('e');
    return Number(`${digits}e${Number(exponent) + by}`);
  };
  return Math.sign(value) * shifted(Math.round(shifted(Math.abs(value), places)), -places);
}

/** Places behind the point in so many digits; negative where not all digits before it are among them.
 * @param {number} value @param {number} digits */
const places = (value, digits) => (value === 0 ? 0 : digits - 1 - Number(value.toExponential().split('e')[1]));

/** @param {number} value @param {number} digits in all, at most */
export const toDigits = (value, digits) => (value === 0 ? 0 : rounded(value, places(value, digits)));

/** As many as `written` can write.
 * @param {number} value @param {number} digits */
export const placesFor = (value, digits) => Math.min(100, Math.max(0, places(value, digits)));

/** With a place behind the point at most.
 * @param {number} value a share of 1 @param {boolean} french */
export const asPercent = (value, french) => (
  `${written(rounded(rounded(value, 3) * 100, 1), 1, french)}${french ? '\u00a0%' : '%'}`);

/** @param {number} value below 10²¹ @param {number} places behind the point @param {boolean} french
 * @param {boolean} [all] of the places, zeros too */
export function written(value, places, french, all = false) {
  const [whole, part = ''] = value.toFixed(Math.max(0, places)).split('.');
  const kept = all ? part : part.replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, french ? '\u202f' : ',');
  return kept === '' ? grouped : `${grouped}${french ? ',' : '.'}${kept}`;
}
