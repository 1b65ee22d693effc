// The drawer with what is behind a figure, at #/records/AGGREGATE/GROUP, and with a record's receipt, at
// #/receipt/PARTITION/OFFSET: where it is in log and lake, and which board has it. Not here: one planet (planet.js).

import { Problem, request } from './api.js';
import { PageDialog } from './dialog.js';
import { h, scroller, tableHead, terms } from './dom.js';
import { tableItems } from './figure.js';
import { figureName, ruleList } from './figureName.js';
import { dateTime, known, number, t, valueText } from './i18n.js';
import { decoded, isProvenance, planet as planetAddress, receipt } from './links.js';
import { menuButton } from './menu.js';
import { Pager } from './pager.js';

const pageSize = 50;

export class Provenance {
  /** @param {Schema} schema @param {AsOf} asOf */
  constructor(schema, asOf) {
    this.schema = schema;
    this.asOf = asOf;
    this.dialog = new PageDialog('#provenance-dialog', 'provenance-title', isProvenance);
    this.address = '';
    // Going back from another view, browsers tell of the step alone.
    for (const step of ['popstate', 'hashchange']) addEventListener(step, () => this.#moved());
  }

  #moved() {
    const isShown = location.hash === this.address && this.dialog.isOpen;
    if (!isShown) this.follow();
  }

  /** Shows what the page's address names. */
  follow() {
    const [root, kind, ...parts] = location.hash.split('/');
    const isOurs = root === '#' && (kind === 'records' || kind === 'receipt') && parts.length >= 2;
    this.address = isOurs ? location.hash : '';
    if (!isOurs) {
      this.dialog.close();
      return;
    }
    const [first, second, third] = parts.map(decoded);
    if (kind === 'records') {
      const title = figureName(this.schema, first, second);
      this.#load(title, t('records.loading'), t('records.unknown'), async () => {
        const answer = await request(recordsPath(first, second, 0));
        return () => this.#records(title, answer);
      });
    } else {
      const title = t('proof.title', { partition: first, offset: second });
      const topic = third ? `?topic=${encodeURIComponent(third)}` : '';
      this.#load(title, t('proof.loading'), t('proof.unknown'), async () => {
        const answer = await request(`api/receipts/${encodeURIComponent(first)}/${encodeURIComponent(second)}${topic}`);
        return () => this.#receipt(title, answer);
      });
    }
  }

  /** @param {string} title @param {string} waiting @param {string} unknown what a 404 means
   * @param {() => Promise<() => void>} ask the answer, as what shows it */
  async #load(title, waiting, unknown, ask) {
    const { address } = this;
    const { dataset } = this.dialog.element;
    delete dataset.shown;
    this.dialog.open(title, h('p', { class: 'note', role: 'status' }, waiting));
    try {
      const show = await ask();
      if (address !== this.address) return;
      show();
      dataset.shown = address;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (address !== this.address) return;
      const text = error.status === 404 ? `${unknown} ${error.detail}` : error.text;
      this.dialog.show(title, h('p', { role: 'alert' }, text));
    }
    this.dialog.focus();
  }

  /** @param {string} title @param {RecordsAnswer} answer */
  #records(title, answer) {
    const count = answer.total ?? answer.listed;
    const total = t(answer.counts === 'records' ? 'records.total' : 'planets.count', { n: count });
    const older = answer.total === answer.listed ? '' : `. ${t('records.older', { listed: answer.listed })}`;
    const isCount = answer.value === null || answer.value === count;
    const value = isCount ? '' : `${t('records.value', { value: answer.value ?? '' })} `;
    this.dialog.show(title,
      h('div', { class: 'table-head' },
        h('p', { 'data-total': answer.total ?? '', 'data-value': answer.value ?? '' }, value, total, older),
        menuButton(t('menu.of', { title }), () => tableItems(allRecords(answer.aggregate, answer.group)))),
      this.asOf.isEarlier && h('p', { class: 'meaning' }, t('records.now')),
      scroller(title, this.#recordTable(title, answer)),
      answer.listed > pageSize && this.#pager(title, answer));
  }

  /** @param {string} title @param {RecordsAnswer} answer */
  #recordTable(title, answer) {
    // A record that belongs to no planet has rules; a planet has the columns that decided.
    const ofPlanets = answer.counts !== 'records';
    const columns = ofPlanets ? answer.columns.filter((name) => name !== 'pl_name') : [];
    const heads = [
      t('records.name'), ...columns.map((name) => this.schema.label(name)), ...(ofPlanets ? [] : [t('records.rules')]),
      t('records.what'), t('records.time'), t('records.receipt'),
    ];
    return h('table', { class: 'data' },
      h('caption', { class: 'unseen' }, title),
      tableHead(heads),
      h('tbody', {}, answer.records.map((one) => this.#row(one, columns, ofPlanets))));
  }

  /** @param {CountedRecord} one @param {string[]} columns @param {boolean} ofPlanets */
  #row(one, columns, ofPlanets) {
    const { partition, offset } = one;
    const place = t('records.place', { partition: String(partition), offset: String(offset) });
    const rules = ruleList(one.rules ?? [], this.schema);
    return h('tr', { 'data-key': one.key ?? '' },
      h('th', { scope: 'row' }, planetLink(one)),
      columns.map((column) => h('td', {}, valueText(column, one.planet?.[column]))),
      !ofPlanets && h('td', {}, rules),
      h('td', {}, one.change ? known('change', one.change) : t('verdict.rejected')),
      h('td', {}, one.timestamp ? dateTime(one.timestamp) : '–'),
      h('td', {}, one.links.receipt ? h('a', { href: receipt(partition, offset, one.topic) }, place) : '–'));
  }

  /** @param {string} title @param {RecordsAnswer} answer */
  #pager(title, answer) {
    const pager = new Pager(pageSize, (offset) => this.#turn(title, answer, offset));
    pager.show(answer.offset, answer.listed);
    return pager.element;
  }

  /** @param {string} title @param {RecordsAnswer} answer @param {number} offset */
  async #turn(title, answer, offset) {
    const { address } = this;
    const next = await request(recordsPath(answer.aggregate, answer.group, offset)).catch(() => null);
    if (!next || address !== this.address) return;
    this.#records(title, next);
    this.dialog.focus();
  }

  /** @param {string} title @param {ReceiptAnswer} answer */
  #receipt(title, answer) {
    const asOf = answer.board_url?.split('as_of=')[1];
    this.dialog.show(title,
      recordFacts(answer),
      h('h3', {}, t('proof.lake')),
      fileFacts(answer),
      // A real address of the page: it can be opened beside this one, and cited.
      asOf ? h('p', {}, h('a', { href: `?as_of=${asOf}`, 'data-proof': 'board_url' }, t('proof.boardLink')))
        : h('p', { class: 'note' }, t('proof.none')),
      this.#issues(t('proof.errors'), answer.errors),
      this.#issues(t('proof.warnings'), answer.warnings),
      answer.raw && [h('h3', {}, t('proof.raw')), h('pre', {}, answer.raw)]);
  }

  /** @param {string} title @param {Issue[]} issues */
  #issues(title, issues) {
    const items = issues.map((issue) => h('li', {}, this.schema.issueText(issue)));
    return items.length > 0 && [h('h3', {}, title), h('ul', {}, items)];
  }
}

/** @param {[name: string, term: string, text: Child][]} rows */
function facts(rows) {
  return terms({ class: 'proof' }, rows.map(([name, term, text]) => [term, text, { 'data-proof': name }]));
}

/** @param {ReceiptAnswer} answer */
function recordFacts(answer) {
  const { board, idempotency_key: key } = answer;
  const place = `${answer.topic}/${answer.partition}:${answer.offset}${answer.in_log ? '' : ' –'}`;
  const onBoard = board?.includes ? t('proof.included', { seq: String(board.seq) }) : t('proof.notIncluded');
  return facts([
    ['planet', t('records.name'), planetLink(answer)],
    ['verdict', t('proof.verdict'), known('verdict', answer.verdict)],
    ['change', t('receipt.change'), answer.change && known('change', answer.change)],
    ['revision', t('receipt.revision'), answer.revision],
    ['timestamp', t('receipt.timestamp'), dateTime(answer.timestamp)],
    ['source', t('proof.source'), answer.source],
    ['idempotency_key', t('proof.idempotency_key'), key && h('code', {}, key)],
    ['log', t('proof.log'), h('code', {}, place)],
    ['board', t('proof.board'), board && onBoard],
  ]);
}

/** @param {ReceiptAnswer} answer */
function fileFacts({ file, reason }) {
  if (!file) {
    const text = reason?.startsWith('not in the lake') ? t('proof.notStored') : reason;
    return h('p', { class: 'note', 'data-proof': 'reason' }, text);
  }
  return facts([
    ['table', t('proof.table'), file.table],
    ['file', t('proof.file'), h('code', {}, file.path)],
    ['row', t('proof.row'), String(file.row)],
    ['bytes', t('proof.bytes'), number(file.bytes)],
    ['sha256', t('proof.sha256'), file.sha256 && h('code', {}, file.sha256)],
  ]);
}

/** The name, as a link where the planet has a page.
 * @param {CountedRecord | ReceiptAnswer} record */
function planetLink({ key, pl_name: name, links }) {
  if (!key || !links.planet?.startsWith('/api/planets/')) return name ?? key ?? '–';
  return h('a', { href: planetAddress(key) }, name ?? key);
}

/** @param {string} aggregate @param {string} group @param {number} offset */
function recordsPath(aggregate, group, offset) {
  return `${allRecords(aggregate, group)}?limit=${pageSize}&offset=${offset}`;
}

/** @param {string} aggregate @param {string} group */
const allRecords = (aggregate, group) => (
  `api/aggregates/${encodeURIComponent(aggregate)}/${encodeURIComponent(group)}/records`);
