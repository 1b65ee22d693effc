// The page's language: texts by key, and numbers and dates as the language writes them.
// Not here: the texts themselves (i18n/en.js comes with the page, i18n/fr.js when it is wanted), nor the columns'
// labels, which the server's schema brings.

import { remembered } from './dom.js';
import en from './i18n/en.js';
import { asPercent, placesFor, rounded, toDigits, written } from './numbers.js';

/** @type {Record<string, Record<string, string>>} */
const texts = { en };
/** @type {Record<string, () => Promise<Record<string, string>>>} */
const further = {
  async fr() {
    const [own, server] = await Promise.all([import('./i18n/fr.js'), import('./i18n/frServer.js')]);
    return { ...own.default, ...server.default };
  },
};
/** @type {Set<() => void>} */
const listeners = new Set();

let language = choose();
let formats = makeFormats();

function choose() {
  const wanted = remembered('language') ?? navigator.language.slice(0, 2);
  return wanted in further ? wanted : 'en';
}

/** What a browser takes a while to make, each when it is first used.
 * @template T @param {{[K in keyof T]: () => T[K]}} makers @returns {T} */
function lazily(makers) {
  const made = /** @type {T} */ ({});
  for (const name of /** @type {(keyof T)[]} */ (Object.keys(makers))) {
    const define = (/** @type {PropertyDescriptor} */ how) => (
      Object.defineProperty(made, name, { configurable: true, ...how }));
    define({ get: () => {
      const value = makers[name]();
      define({ value });
      return value;
    } });
  }
  return made;
}

function makeFormats() {
  const tag = language === 'fr' ? 'fr-FR' : 'en-GB';
  return lazily({
    full: () => new Intl.NumberFormat(tag, { maximumSignificantDigits: 15 }),
    exponent: () => new Intl.NumberFormat(tag, { notation: 'scientific', maximumSignificantDigits: 3 }),
    dateTime: () => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' }),
  });
}

/** Of texts in two numbers, the one for so many.
 * @param {number} n */
const plural = (n) => ((language === 'fr' ? Math.abs(n) < 2 : n === 1) ? 'one' : 'other');

/** The text of a key, with {name} places filled. A missing key shows itself: easier to find than a gap.
 * @param {string} key @param {Record<string, string | number>} [values] */
export function t(key, values = {}) {
  const counted = 'n' in values ? texts[language]?.[`${key}.${plural(Number(values.n))}`] : undefined;
  const text = counted ?? texts[language]?.[key] ?? texts.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : isolated(String(value));
  });
}

/** A name in a script that is written from right to left must not take the sentence around it along: it stands between
 * U+2068 and U+2069, of which it has none itself.
 * @param {string} text */
function isolated(text) {
  return /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b]/
    .test(text) ? `\u2068${text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd')}\u2069` : text;
}

/** A text from data (a method's name) where there is a translation, else as it came.
 * @param {string} prefix @param {string} text */
export function known(prefix, text) {
  return texts[language]?.[`${prefix}.${text}`] ?? texts.en[`${prefix}.${text}`] ?? text;
}

/** A unit as on an axis: R⊕; else its name in the page's language.
 * @param {string} unit of the schema */
export function unitText(unit) {
  const short = known('unit.short', unit);
  return short === unit ? known('unit', unit) : short;
}

/** An error or warning of the API: the server's sentence in English, the rule's in French.
 * @param {{rule: string, detail: string}} issue */
export function issueText(issue) {
  const translated = texts[language]?.[`rule.${issue.rule}`];
  if (!translated) return issue.detail || issue.rule;
  const bounds = boundsOf(issue.detail);
  return bounds ? `${translated} : ${bounds}.` : `${translated}.`;
}

/** The limits that the server's sentence ends with ("above 0, at most 100", "1988 to 2026"), in the page's words.
 * @param {string} detail */
function boundsOf(detail) {
  const years = /: (\d+) to (\d+)\.?$/.exec(detail);
  if (years) return t('bounds.years', { from: years[1], to: years[2] });
  const bounds = [...detail.matchAll(/(above|at least|below|at most) (-?[\d.]*\d)/g)];
  return bounds.map(([, word, limit]) => t(`bounds.${word}`, { limit: Number(limit) })).join(', ');
}

/** @param {Localised | undefined} both */
export function localised(both) {
  return both?.[language === 'fr' ? 'fr' : 'en'] ?? '';
}

/** @param {number} value @param {number} places behind the point, at most */
const decimal = (value, places) => written(rounded(value, places), places, language === 'fr');

/** An integer as such, anything else with four significant digits.
 * @param {number | null | undefined} value */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return decimal(value, 0);
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e7 || size < 1e-4) ? formats.exponent.format(value) : short(value);
}

/** @param {number} value */
const short = (value) => written(toDigits(value, 4), 7, language === 'fr');

/** A value of a column: a year as it is, a method in the page's language.
 * @param {string} column @param {Value} value */
export function valueText(column, value) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number' && column !== 'disc_year') return number(value);
  return known(column === 'disposition' ? column : 'method', String(value));
}

/** How many places behind the point show two digits of the smaller error; null without one.
 * @param {Value} upper @param {Value} lower */
function placesOf(upper, lower) {
  const errors = [upper, lower].map((one) => Math.abs(Number(one))).filter((one) => one > 0);
  if (errors.length === 0) return null;
  return Math.min(Math.max(1 - Math.floor(Math.log10(Math.min(...errors))), 0), 15);
}

/** A value to two digits of its smaller error; without an error as any number.
 * @param {number} value @param {Value} upper @param {Value} lower */
export function measured(value, upper, lower) {
  const places = placesOf(upper, lower);
  const size = Math.abs(value);
  if (places === null || size >= 1e15 || size < 1e-4) return number(value);
  return decimal(value, places);
}

/** "± 0.1", "+0.1 / −0.2"
 * @param {Value} upper @param {Value} lower */
export function errorsText(upper, lower) {
  const places = placesOf(upper, lower) ?? 0;
  const text = (/** @type {number} */ error) => (
    error >= 1e-9 && error < 1e7 ? decimal(error, places) : number(error));
  if (typeof upper === 'number' && typeof lower === 'number' && Math.abs(upper) === Math.abs(lower)) {
    return `± ${text(Math.abs(upper))}`;
  }
  const parts = [
    typeof upper === 'number' && `+${text(upper)}`, typeof lower === 'number' && `−${text(Math.abs(lower))}`,
  ];
  return parts.filter(Boolean).join(' / ');
}

/** Every digit the value has.
 * @param {number} value */
export const exact = (value) => (
  Math.abs(value) < 1e21 ? written(toDigits(value, 15), placesFor(value, 15), language === 'fr')
    : formats.full.format(value));
/** @param {number} value */
export const percent = (value) => (Number.isFinite(value) ? asPercent(value, language === 'fr') : '–');

/** Nothing is certain: what would round to 100 % reads "> 99.9 %".
 * @param {number} value */
export function probability(value) {
  if (value > 0.999) return `> ${percent(0.999)}`;
  return value > 0 && value < 0.001 ? `< ${percent(0.001)}` : percent(value);
}

/** @param {number} value */
export const rate = (value) => decimal(value, 1);
/** "07:05", in both languages.
 * @param {number | string | Date} time */
export function minute(time) {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** With the seconds.
 * @param {number | string | Date} time */
export const clock = (time) => `${minute(time)}:${String(new Date(time).getSeconds()).padStart(2, '0')}`;
/** @param {number | string | Date} time */
export const dateTime = (time) => formats.dateTime.format(new Date(time));

/** "2 min. ago".
 * @param {number} milliseconds since 1970 */
export function ago(milliseconds) {
  const seconds = Math.max(0, (Date.now() - milliseconds) / 1000);
  const [unit, length] = seconds < 60 ? ['second', 1] : seconds < 3600 ? ['minute', 60]
    : seconds < 86400 ? ['hour', 3600] : ['day', 86400];
  const count = Math.round(seconds / Number(length));
  const special = { second: ['ago.now'], day: ['', 'ago.yesterday', 'ago.beforeYesterday'] }[unit]?.[count];
  return t(special ?? `ago.${unit}`, { n: count });
}

export const currentLanguage = () => language;

/** Brings the texts of the language that is chosen; left out: of the page's own.
 * @param {string} [chosen] */
export async function loadLanguage(chosen) {
  if (chosen) remembered('language', chosen);
  const wanted = chosen ?? language;
  texts[wanted] ??= await further[wanted]();
}

/** @param {string} wanted whose texts are there */
export function setLanguage(wanted) {
  if (!(wanted in texts)) return;
  language = wanted;
  formats = makeFormats();
  applyTo(document);
  for (const listener of listeners) listener();
}

/** @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** Fills the static texts of index.html.
 * @param {Document} root */
export function applyTo(root) {
  root.documentElement.lang = language;
  root.title = `Planetarium – ${t('title')}`;
  for (const element of root.querySelectorAll('[data-i18n]')) {
    element.textContent = t(element.getAttribute('data-i18n') ?? '');
  }
  for (const element of root.querySelectorAll('[data-i18n-label]')) {
    element.setAttribute('aria-label', t(element.getAttribute('data-i18n-label') ?? ''));
  }
}
