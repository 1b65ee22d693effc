// What an empty server shows in place of empty charts: ways to the first planets.
// Not here: the form (form.js) and the import (import.js).

import { button, h, setText } from './dom.js';
import { t } from './i18n.js';
import { submitAddress, submitFileAddress } from './links.js';

const sampleRoute = '/api/sample';
const sampleName = 'nasa_exoplanet_archive.csv';

/** @param {ViewContext} context */
export function startCards({ schema, importFile }) {
  const isOffered = schema.routes.some(({ path }) => path === sampleRoute);
  const message = h('p', { class: 'error', role: 'alert' });
  const load = async () => {
    setText(message, '');
    const answer = await fetch(new URL(sampleRoute.slice(1), document.baseURI)).catch(() => null);
    if (answer?.ok) importFile(new File([await answer.blob()], sampleName, { type: 'text/csv' }));
    else setText(message, t('form.unreachable'));
  };
  const card = (/** @type {string} */ name, /** @type {Child} */ way) => h('section', { class: 'panel card' },
    h('h2', {}, t(`start.${name}`)), h('p', {}, t(`start.${name}.about`)), h('p', {}, way));
  if (schema.writing === 'none') return h('div', { class: 'start' }, h('p', { class: 'note' }, t('start.readOnly')));
  return h('div', { class: 'start', 'data-start': '' },
    h('p', { class: 'section-note' }, t('start.title')),
    isOffered && card('sample', [
      button(t('start.sample.load'), load, { class: 'primary', 'data-sample': '' }), message,
    ]),
    card('first', h('a', { class: 'button', href: submitAddress }, t('nav.submit'))),
    card('file', h('a', { class: 'button', href: submitFileAddress }, t('import.choose'))));
}
