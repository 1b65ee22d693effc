// What is predicted of one planet, with the work shown: each number opens to its formula, its inputs and its source.
// Not here: the computing, which GET /api/planets/KEY/prediction does.

import { Problem, request } from './api.js';
import { button, h, scroller, tableHead, terms } from './dom.js';
import { currentLanguage, errorsText, exact, known, number, probability, t } from './i18n.js';

/** The numbers in the order of reading; what a newer server adds comes at the end.
 * @type {[string, string[]][]} */
const groups = [
  ['zone', [
    'habitable', 'habitable_probability', 'hz_class', 'hz_class_given', 'hz_domain', 'flux_thermal', 'recent_venus',
    'runaway_greenhouse_0.1', 'runaway_greenhouse_1', 'runaway_greenhouse_5', 'maximum_greenhouse', 'early_mars',
  ]],
  ['similarity', ['esi2', 'esi4']],
  ['kind', [
    'pl_type', 'nasa_type', 'temp_class', 'density_e', 'gravity_e', 'vesc_e', 'radius_measured', 'mass_measured',
    'radius_provenance', 'mass_provenance',
  ]],
  ['forecast', [
    'ck_mass_point', 'ck_mass_q025', 'ck_mass_q16', 'ck_mass_q50', 'ck_mass_q84', 'ck_mass_q975',
    'ck_radius_point', 'ck_radius_q025', 'ck_radius_q16', 'ck_radius_q50', 'ck_radius_q84', 'ck_radius_q975',
    'degenerate', 'otegi_2020_rocky_mass', 'otegi_2020_volatile_mass', 'mueller_2024_mass', 'mueller_2024_radius',
  ]],
  ['orbit', [
    'luminosity', 'luminosity_source', 'sma_au', 'sma_source', 'ecc_used', 'ecc_source', 'd_eff_au', 'flux_mean',
    'teq_a03_k', 'tsurf_k',
  ]],
  ['signals', ['rv_k_ms', 'transit_prob', 'transit_depth_ppm', 'hill_radius_au']],
];
/** Which texts translate a word that is a value.
 * @type {Record<string, string>} */
const vocabularies = {
  pl_type: 'type', nasa_type: 'nasa', hz_class: 'zone', hz_class_given: 'zone', hz_domain: 'domain',
  temp_class: 'temperature',
  habitable: 'rank', radius_provenance: 'origin', mass_provenance: 'origin',
  luminosity_source: 'source', sma_source: 'source', ecc_source: 'source',
};

/** Null where the planet was withdrawn, or the server has no predictions.
 * @param {string} key @param {Schema} schema */
export async function predictionSection(key, schema) {
  try {
    return new Section(await request(`api/planets/${encodeURIComponent(key)}/prediction`), schema).element;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 404) return null;
    return h('section', {}, h('h2', {}, t('prediction.title')), h('p', { role: 'alert' }, error.text));
  }
}

class Section {
  /** @param {PredictionAnswer} answer @param {Schema} schema */
  constructor(answer, schema) {
    this.schema = schema;
    this.values = answer.prediction;
    this.steps = new Map(answer.steps.map((step) => [step.name, step]));
    const named = groups.flatMap(([, names]) => names);
    const rest = [...new Set([...Object.keys(this.values), ...this.steps.keys()])];
    const more = rest.filter((name) => !named.includes(name));
    const missing = [...named, ...more].filter((name) => this.values[name] === null);
    this.button = button(t('prediction.showWork'), () => this.#toggle(), {
      class: 'quiet', 'data-show-work': '', 'aria-pressed': 'false',
    });
    this.element = h('section', {
      class: 'prediction', 'data-prediction': answer.key, 'aria-labelledby': 'prediction-title',
    },
    h('div', { class: 'panel-head' }, h('h2', { id: 'prediction-title' }, t('prediction.title')), this.button),
    this.#verdict(),
    h('p', { class: 'meaning' }, t('habitable.meaning')),
    h('div', { class: 'prediction-groups' },
      [...groups, /** @type {const} */ (['more', more])].map(([name, names]) => this.#group(name, names))),
    missing.length > 0 && h('details', { class: 'second-table', 'data-missing': missing.join(' ') },
      h('summary', {}, t('prediction.missing', { n: missing.length })),
      h('ul', {}, missing.map((name) => h('li', {}, this.#label(name))))),
    answer.inputs.length > 0 && this.#inputs(answer.inputs),
    h('p', { class: 'note' }, t('prediction.version', { version: answer.predictor_version })));
  }

  /** Opens all steps, or closes them. */
  #toggle() {
    const open = this.button.getAttribute('aria-pressed') !== 'true';
    this.button.setAttribute('aria-pressed', String(open));
    this.button.textContent = t(open ? 'prediction.hideWork' : 'prediction.showWork');
    for (const step of this.element.querySelectorAll('details')) {
      if (step.matches('.step')) step.open = open;
    }
  }

  #verdict() {
    const { habitable, habitable_probability: chance } = this.values;
    const isCandidate = typeof habitable === 'number' && habitable > 0;
    return h('p', { class: 'verdict', 'data-habitable': String(habitable) }, t(`rank.${habitable}`),
      isCandidate && typeof chance === 'number' && ` – ${t('probability')} ${probability(chance)}`);
  }

  /** @param {string} title @param {readonly string[]} names */
  #group(title, names) {
    const given = names.filter((name) => this.steps.has(name) || (this.values[name] ?? null) !== null);
    if (given.length === 0) return null;
    return h('section', {}, h('h3', {}, t(`prediction.group.${title}`)), given.map((name) => this.#number(name)));
  }

  /** @param {string} name */
  #number(name) {
    const step = this.steps.get(name);
    const title = h('span', { class: 'step-name' }, this.#label(name));
    if (!step) return h('p', { class: 'step plain', 'data-step': name }, title, ' ', shown(name, this.values[name]));
    return h('details', { class: 'step', 'data-step': name },
      h('summary', {}, title, ' ', shown(name, step.value, step.unit), ' ', badge(step.provenance)),
      this.#work(step));
  }

  /** Formula, inputs, result and source.
   * @param {Step} step */
  #work(step) {
    const { name, value } = step;
    const given = Object.entries(step.inputs).map(([from, input]) => (
      h('li', {}, `${this.#label(from)} `, h('code', {}, from), ` = ${exact(input)}`)));
    const result = [
      h('code', {}, name), ' = ', typeof value === 'number' ? exact(value) : String(value),
      step.unit && ` ${unit(step.unit)}`,
    ];
    return terms({ class: 'work' }, [
      [t('prediction.formula'), words('code', 'formula', step.formula)],
      [t('prediction.from'), given.length > 0 && h('ul', {}, given)],
      [t('prediction.result'), result],
      [t('prediction.source'), words('span', 'source', step.source)],
    ]);
  }

  /** What the record gave.
   * @param {Input[]} given */
  #inputs(given) {
    const heads = [
      'column', 'prediction.value', 'prediction.errors', 'prediction.unit', 'prediction.provenance', 'prediction.used',
    ];
    const rows = given.map((one) => h('tr', { 'data-input': one.name },
      h('th', { scope: 'row' }, this.schema.label(one.name), ' ', h('code', {}, one.name)),
      h('td', {}, exact(one.value)),
      h('td', {}, errorsText(one.upper_error, one.lower_error) || '–'),
      h('td', {}, one.unit ? unit(one.unit) : '–'),
      h('td', {}, badge(one.provenance)),
      h('td', {}, t(one.used ? 'yes' : 'no'))));
    return h('details', { class: 'as-table', 'data-inputs': '' },
      h('summary', {}, t('prediction.inputs')),
      scroller(t('prediction.inputs'),
        h('table', { class: 'data' }, tableHead(heads.map((head) => t(head))), h('tbody', {}, rows))));
  }

  /** @param {string} name of a predicted number or of a column */
  #label(name) {
    const text = known('prediction', name);
    return text === name ? this.schema.label(name) : text;
  }
}

/** @param {string} name @param {PredictedValue} value @param {string} [of] its unit */
function shown(name, value, of) {
  return h('span', { class: 'figure-value', 'data-value': String(value) }, inWords(name, value),
    of && h('span', { class: 'unit' }, ` ${unit(of)}`));
}

/** @param {string} name @param {PredictedValue} value */
function inWords(name, value) {
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (name in vocabularies) return known(vocabularies[name], String(value));
  if (typeof value !== 'number') return String(value);
  if (name === 'habitable_probability') return probability(value);
  return name === 'transit_prob' ? `${number(Number((value * 100).toPrecision(3)))} %` : number(value);
}

/** @param {string} name */
const unit = (name) => known('unit', name);
/** @param {string} origin */
const badge = (origin) => h('span', { class: `badge ${origin}` }, known('origin', origin));

/** The server's words are English; where the page has no translation it marks them as English.
 * @param {'code' | 'span'} tag @param {string} prefix @param {string} given */
function words(tag, prefix, given) {
  const text = known(prefix, given);
  return h(tag, { lang: text === given && currentLanguage() !== 'en' ? 'en' : null }, text);
}
