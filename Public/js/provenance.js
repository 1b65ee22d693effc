// The drawer with what stands behind a figure, at #/records/AGGREGATE/GROUP, and with a record's receipt, at #/receipt/PARTITION/OFFSET:
// where it lies in log and lake, and which board has it. Not here: one planet (planet.js).

import { Problem, request } from './api.js';
import { byId, h } from './dom.js';
import { dateTime, issueText, known, number, ruleText, t } from './i18n.js';
import { columnLabel } from './labels.js';
import { planet, receipt } from './links.js';

const pageSize = 50;

export class Provenance {
  /** @param {import('./asOf.js').AsOf} asOf */
  constructor(asOf) {
    this.asOf = asOf;
    this.dialog = byId('provenance-dialog');
    this.address = '';
    this.dialog.addEventListener('close', () => this.#closed());
    this.dialog.addEventListener('click', (/** @type {MouseEvent} */ event) => { if (event.target === this.dialog) this.dialog.close(); });
    addEventListener('hashchange', () => this.follow());
  }

  /** Shows what the address says. */
  follow() {
    const [, kind, ...parts] = location.hash.split('/');
    if (!location.hash.startsWith('#/') || !['records', 'receipt'].includes(kind) || parts.length < 2) {
      this.address = '';
      if (this.dialog.open) this.dialog.close();
      return;
    }
    const [first, second, third] = parts.map(decoded);
    this.address = location.hash;
    if (kind === 'records') this.#load(group(first, second), t('records.loading'), () => request(recordsPath(first, second, 0)), (body) => this.#records(body));
    else this.#load(t('proof.title', { partition: first, offset: second }), t('proof.loading'), () => request(`api/receipts/${encodeURIComponent(first)}/${encodeURIComponent(second)}${third ? `?topic=${encodeURIComponent(third)}` : ''}`), (body) => this.#receipt(body));
  }

  /** The address no longer names it; the page stays where it was. */
  #closed() {
    if (/^#\/(records|receipt)\//.test(location.hash)) history.replaceState(null, '', location.pathname + location.search);
    this.address = '';
  }

  /** @param {string} title @param {string} waiting @param {() => Promise<{body: any}>} ask @param {(body: any) => void} show */
  async #load(title, waiting, ask, show) {
    const { address } = this;
    this.dialog.removeAttribute('data-shown');
    this.dialog.replaceChildren(this.#head(title), h('p', { class: 'note', role: 'status' }, waiting));
    if (!this.dialog.open) this.dialog.showModal();
    try {
      const { body } = await ask();
      if (address !== this.address) return;
      show(body);
      this.dialog.dataset.shown = address;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (address !== this.address) return;
      const text = error.status === 404 ? [t(address.startsWith('#/receipt') ? 'proof.unknown' : 'records.unknown'), error.detail].join(' ')
        : error.status === 0 ? t('form.unreachable') : [error.title, error.detail].filter(Boolean).join(': ');
      this.dialog.replaceChildren(this.#head(title), h('p', { role: 'alert' }, text));
    }
    this.dialog.querySelector('h2')?.focus();
  }

  /** @param {string} title */
  #head(title) {
    return h('div', { class: 'dialog-head' }, h('h2', { id: 'provenance-title', tabindex: '-1', autofocus: true }, title),
      h('button', { type: 'button', class: 'quiet', on: { click: () => this.dialog.close() } }, t('close')));
  }

  /** @param {any} answer */
  #records(answer) {
    const older = answer.total !== answer.listed;
    const turn = async (/** @type {number} */ offset) => {
      const { address } = this;
      const next = await request(recordsPath(answer.aggregate, answer.group, offset)).catch(() => null);
      if (next && address === this.address) {
        this.#records(next.body);
        this.dialog.querySelector('h2')?.focus();
      }
    };
    const page = Math.floor(answer.offset / pageSize) + 1;
    const button = (/** @type {string} */ name, /** @type {number} */ offset) => h('button', {
      type: 'button', 'data-page': name, 'aria-disabled': String(offset < 0 || offset >= answer.listed), on: { click: () => { if (offset >= 0 && offset < answer.listed) turn(offset); } },
    }, t(`planets.${name}`));
    // Records in place of planets have rules; planets have the columns that decided.
    const ofPlanets = answer.counts !== 'records';
    const columns = ofPlanets ? answer.columns.filter((/** @type {string} */ name) => name !== 'pl_name') : [];
    const title = t('records.title', { what: group(answer.aggregate, answer.group) });
    this.dialog.replaceChildren(this.#head(title),
      h('p', { 'data-total': answer.total ?? '', 'data-value': answer.value ?? '' }, answer.value === null ? '' : `${t('records.value', { value: answer.value })} `,
        t('records.total', { n: answer.total ?? answer.listed }), older ? `. ${t('records.older', { listed: answer.listed })}` : ''),
      this.asOf.isEarlier ? h('p', { class: 'meaning' }, t('records.now')) : '',
      h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': title }, h('table', { class: 'data' },
        h('caption', { class: 'unseen' }, title),
        h('thead', {}, h('tr', {}, [t('records.name'), ...columns.map(columnLabel), ...(ofPlanets ? [] : [t('records.rules')]), t('records.what'), t('records.time'), t('records.receipt')].map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, answer.records.map((/** @type {any} */ one) => this.#row(one, columns, ofPlanets))))),
      answer.listed > pageSize ? h('nav', { class: 'pager', 'aria-label': t('planets.pager') }, button('previous', answer.offset - pageSize),
        h('span', { class: 'pages' }, t('planets.page', { page, pages: Math.ceil(answer.listed / pageSize) })), button('next', answer.offset + pageSize)) : '');
  }

  /** @param {any} one @param {string[]} columns @param {boolean} ofPlanets */
  #row(one, columns, ofPlanets) {
    const name = one.pl_name ?? one.key ?? '–';
    const value = (/** @type {any} */ given) => (typeof given === 'number' ? number(given) : given === undefined ? '–' : known('method', String(given)));
    return h('tr', { 'data-key': one.key ?? '' },
      h('th', { scope: 'row' }, one.links.planet?.startsWith('/api/planets/') ? h('a', { href: planet(one.key) }, name) : name),
      columns.map((column) => h('td', {}, column === 'disc_year' && one.planet[column] ? String(one.planet[column]) : value(one.planet[column]))),
      ofPlanets ? null : h('td', {}, (one.rules ?? []).map(ruleText).join(', ')),
      h('td', {}, one.change ? known('change', one.change) : t('verdict.rejected')),
      h('td', {}, one.timestamp ? dateTime(one.timestamp) : '–'),
      h('td', {}, one.links.receipt ? h('a', { href: receipt(one.partition, one.offset, one.topic) }, t('records.place', { partition: String(one.partition), offset: String(one.offset) })) : '–'));
  }

  /** @param {any} answer */
  #receipt(answer) {
    const fact = (/** @type {string} */ label, /** @type {any} */ value, /** @type {string} */ name) => (value === undefined || value === null || value === ''
      ? null : [h('dt', {}, label), h('dd', { 'data-proof': name }, value)]);
    const { file } = answer;
    const asOf = answer.board_url?.split('as_of=')[1];
    const issues = (/** @type {string} */ name) => (answer[name].length === 0 ? null : [h('h3', {}, t(`proof.${name}`)),
      h('ul', {}, answer[name].map((/** @type {any} */ issue) => h('li', {}, `${issue.field ? `${columnLabel(issue.field)}: ` : ''}${issueText(issue)}`)))]);
    this.dialog.replaceChildren(...[
      this.#head(t('proof.title', { partition: String(answer.partition), offset: String(answer.offset) })),
      h('dl', { class: 'proof' },
        fact(t('records.name'), answer.links.planet?.startsWith('/api/planets/') ? h('a', { href: planet(answer.key) }, answer.pl_name ?? answer.key) : answer.pl_name ?? answer.key, 'planet'),
        fact(t('proof.verdict'), known('verdict', answer.verdict), 'verdict'),
        fact(t('receipt.change'), answer.change && known('change', answer.change), 'change'),
        fact(t('receipt.revision'), answer.revision, 'revision'),
        fact(t('receipt.timestamp'), dateTime(answer.timestamp), 'timestamp'),
        fact(t('proof.source'), answer.source, 'source'),
        fact(t('proof.idempotency_key'), answer.idempotency_key && h('code', {}, answer.idempotency_key), 'idempotency_key'),
        fact(t('proof.log'), h('code', {}, `${answer.topic}/${answer.partition}:${answer.offset}${answer.in_log ? '' : ' –'}`), 'log'),
        fact(t('proof.board'), answer.board && (answer.board.includes ? t('proof.included', { seq: String(answer.board.seq) }) : t('proof.notIncluded')), 'board')),
      h('h3', {}, t('proof.lake')),
      file ? h('dl', { class: 'proof' },
        fact(t('proof.table'), file.table, 'table'), fact(t('proof.file'), h('code', {}, file.path), 'file'), fact(t('proof.row'), String(file.row), 'row'),
        fact(t('proof.bytes'), number(file.bytes), 'bytes'), fact(t('proof.sha256'), file.sha256 && h('code', {}, file.sha256), 'sha256'))
        : h('p', { class: 'note', 'data-proof': 'reason' }, answer.reason?.startsWith('not in the lake') ? t('proof.notStored') : answer.reason ?? ''),
      // A real address of the page: it can be opened beside this one, and cited.
      asOf ? h('p', {}, h('a', { href: `?as_of=${asOf}`, 'data-proof': 'board_url' }, t('proof.boardLink'))) : h('p', { class: 'note' }, t('proof.none')),
      ...(issues('errors') ?? []), ...(issues('warnings') ?? []),
      ...(answer.raw ? [h('h3', {}, t('proof.raw')), h('pre', {}, answer.raw)] : []),
    ].filter((part) => part !== null));
  }
}

/** @param {string} aggregate @param {string} name @param {number} offset */
const recordsPath = (aggregate, name, offset) => `api/aggregates/${encodeURIComponent(aggregate)}/${encodeURIComponent(name)}/records?limit=${pageSize}&offset=${offset}`;

/** The figure in words where there are some, else as the board names it. @param {string} aggregate @param {string} name */
function group(aggregate, name) {
  if (aggregate === 'totals') return t(`totals.${name}`);
  if (aggregate === 'rejects' || aggregate === 'warnings') return ruleText(name);
  return name.split('/').map((part) => known('method', part)).join(', ');
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
