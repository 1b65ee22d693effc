// What is predicted of one planet, with the work shown: each number opens to its formula, what went in, and the source.
// Not here: the computing, which GET /api/planets/KEY/prediction does.

import { Problem, request } from './api.js';
import { h } from './dom.js';
import { currentLanguage, exact, known, number, probability, t } from './i18n.js';
import { columnLabel } from './labels.js';

/** The numbers in the order of reading; what a newer server adds comes at the end. @type {[string, string[]][]} */
const groups = [
  ['zone', ['habitable', 'habitable_probability', 'hz_class', 'hz_domain', 'flux_thermal', 'recent_venus', 'runaway_greenhouse_0.1', 'runaway_greenhouse_1', 'runaway_greenhouse_5', 'maximum_greenhouse', 'early_mars']],
  ['similarity', ['esi2', 'esi4']],
  ['kind', ['pl_type', 'nasa_type', 'temp_class', 'density_e', 'gravity_e', 'vesc_e', 'radius_measured', 'mass_measured', 'radius_provenance', 'mass_provenance']],
  ['forecast', ['ck_mass_point', 'ck_mass_q025', 'ck_mass_q16', 'ck_mass_q50', 'ck_mass_q84', 'ck_mass_q975', 'ck_radius_point', 'ck_radius_q025', 'ck_radius_q16', 'ck_radius_q50', 'ck_radius_q84', 'ck_radius_q975', 'degenerate', 'otegi_2020_rocky_mass', 'otegi_2020_volatile_mass', 'mueller_2024_mass', 'mueller_2024_radius']],
  ['orbit', ['luminosity', 'luminosity_source', 'sma_au', 'sma_source', 'ecc_used', 'ecc_source', 'd_eff_au', 'flux_mean', 'teq_a03_k', 'tsurf_k']],
  ['signals', ['rv_k_ms', 'transit_prob', 'transit_depth_ppm', 'hill_radius_au']],
];
/** Which texts translate a word that is a value. @type {Record<string, string>} */
const vocabularies = { pl_type: 'type', nasa_type: 'nasa', hz_class: 'zone', hz_domain: 'domain', temp_class: 'temperature', habitable: 'rank', radius_provenance: 'origin', mass_provenance: 'origin' };

/** @param {string} key @returns {Promise<HTMLElement | null>} null where the planet was withdrawn, or the server knows no predictions */
export async function predictionSection(key) {
  try {
    const { body } = await request(`api/planets/${encodeURIComponent(key)}/prediction`);
    return section(body);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.status === 404 ? null : h('section', {}, h('h3', {}, t('prediction.title')), h('p', { role: 'alert' }, error.title || t('form.unreachable')));
  }
}

/** @param {any} answer */
function section(answer) {
  const values = answer.prediction ?? {};
  /** @type {Map<string, any>} */
  const steps = new Map((answer.steps ?? []).map((/** @type {any} */ step) => [step.name, step]));
  const named = new Set(groups.flatMap(([, names]) => names));
  const rest = [...new Set([...Object.keys(values), ...steps.keys()])].filter((name) => !named.has(name));
  const all = /** @type {[string, string[]][]} */ ([...groups, ['more', rest]]);
  const missing = [...named, ...rest].filter((name) => name in values && values[name] === null);
  const button = h('button', { type: 'button', class: 'quiet', 'data-show-work': '', 'aria-pressed': 'false', on: { click: () => toggle() } }, t('prediction.showWork'));
  const place = h('section', { class: 'prediction', 'data-prediction': answer.key, 'aria-labelledby': 'prediction-title' },
    h('div', { class: 'panel-head' }, h('h3', { id: 'prediction-title' }, t('prediction.title')), button),
    h('p', { class: 'verdict', 'data-habitable': String(values.habitable) }, t(`rank.${values.habitable ?? 'null'}`), values.habitable > 0 && typeof values.habitable_probability === 'number' ? ` – ${t('probability')} ${probability(values.habitable_probability)}` : ''),
    h('p', { class: 'meaning' }, t('habitable.meaning')),
    h('div', { class: 'prediction-groups' }, all.map(([name, names]) => group(name, names.filter((one) => steps.has(one) || (values[one] !== null && values[one] !== undefined)), values, steps))),
    missing.length > 0 ? h('p', { class: 'note', 'data-missing': missing.join(' ') }, t('prediction.missing'), ' ', missing.map(label).join(', '), '.') : null,
    inputs(answer.inputs ?? []),
    h('p', { class: 'note' }, t('prediction.version', { version: answer.predictor_version ?? '?' })));

  function toggle() {
    const open = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(open));
    button.textContent = t(open ? 'prediction.hideWork' : 'prediction.showWork');
    for (const step of place.querySelectorAll('details.step')) step.open = open;
  }
  return place;
}

/** @param {string} name @param {string[]} names @param {any} values @param {Map<string, any>} steps */
function group(name, names, values, steps) {
  if (names.length === 0) return null;
  return h('section', {}, h('h4', {}, t(`prediction.group.${name}`)), names.map((one) => {
    const step = steps.get(one);
    const value = step ? step.value : values[one];
    const line = [h('span', { class: 'step-name' }, label(one)), ' ', shown(one, value, step?.unit), step ? [' ', badge(step.provenance)] : null];
    if (!step) return h('p', { class: 'step plain', 'data-step': one }, line);
    return h('details', { class: 'step', 'data-step': one }, h('summary', {}, line), h('dl', { class: 'work' },
      h('dt', {}, t('prediction.formula')), h('dd', {}, words('formula', step.formula, 'code')),
      Object.keys(step.inputs ?? {}).length > 0 ? [h('dt', {}, t('prediction.from')), h('dd', {}, h('ul', {}, Object.entries(step.inputs).map(([from, number]) => h('li', {}, `${label(from)} `, h('code', {}, from), ` = ${exact(Number(number))}`))))] : null,
      h('dt', {}, t('prediction.result')), h('dd', {}, h('code', {}, one), ' = ', typeof value === 'number' ? exact(value) : String(value), step.unit ? ` ${unit(step.unit)}` : ''),
      h('dt', {}, t('prediction.source')), h('dd', {}, words('source', step.source, 'span'))));
  }));
}

/** What the record gave. @param {any[]} given */
function inputs(given) {
  if (given.length === 0) return null;
  return h('details', { class: 'as-table', 'data-inputs': '' }, h('summary', {}, t('prediction.inputs')),
    h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('prediction.inputs') }, h('table', { class: 'data' },
      h('thead', {}, h('tr', {}, ['column', 'prediction.value', 'prediction.errors', 'prediction.unit', 'prediction.provenance', 'prediction.used'].map((text) => h('th', { scope: 'col' }, t(text))))),
      h('tbody', {}, given.map((one) => h('tr', { 'data-input': one.name }, h('th', { scope: 'row' }, columnLabel(one.name), ' ', h('code', {}, one.name)), h('td', {}, exact(one.value)),
        h('td', {}, typeof one.upper_error === 'number' || typeof one.lower_error === 'number' ? `+${number(one.upper_error)} / −${number(Math.abs(one.lower_error))}` : '–'),
        h('td', {}, one.unit ? unit(one.unit) : '–'), h('td', {}, badge(one.provenance)), h('td', {}, t(one.used ? 'yes' : 'no'))))))));
}

/** @param {string} name */
function label(name) {
  const text = known('prediction', name);
  return text === name ? columnLabel(name) : text;
}

/** @param {string} name @param {any} value @param {string} [of] its unit */
function shown(name, value, of) {
  const vocabulary = vocabularies[name];
  const text = typeof value === 'boolean' ? t(value ? 'yes' : 'no') : vocabulary ? known(vocabulary, String(value)) : name.endsWith('_source') ? known('source', String(value))
    : name === 'habitable_probability' ? probability(value) : name === 'transit_prob' ? `${number(Number((value * 100).toPrecision(3)))} %` : typeof value === 'number' ? number(value) : String(value);
  return h('span', { class: 'figure-value', 'data-value': String(value) }, text, of ? h('span', { class: 'unit' }, ` ${unit(of)}`) : null);
}

/** @param {string} name */
const unit = (name) => known('unit', name);
/** @param {string} origin */
const badge = (origin) => h('span', { class: `badge ${origin}` }, known('origin', origin));

/** The server's words are English; where the page has no translation it says which language they are. @param {string} prefix @param {string} text @param {string} tag */
function words(prefix, text, tag) {
  const translated = known(prefix, text);
  return h(tag, { lang: translated === text && currentLanguage() !== 'en' ? 'en' : null }, translated);
}
