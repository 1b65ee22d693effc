// What is shown of one import: progress, counts, refusals, and the refused lines as a file.
// Not here: the import itself (import.js).

import { waitingText } from './api.js';
import { button, h, setText } from './dom.js';
import { issueText, known, number, percent, t } from './i18n.js';

/** @typedef {Issue & {line: number, record: string}} Reject */

/** Refusals kept for the file, and shown on the page. */
const mostKept = 20_000;
const mostShown = 200;
/** Columns named that would lose values. */
const mostLost = 8;
const columns = /** @type {const} */ (['line', 'field', 'value', 'rule', 'detail', 'record']);
const columnKinds = /** @type {const} */ (['used', 'kept_aside', 'ignored']);
const counts = /** @type {const} */ (['accepted', 'rejected', 'warned']);

export class Progress {
  /** A blob's address lives as long as the page: one import at a time, so one blob. */
  static #blob = '';

  /** @param {HTMLElement} view @param {File} file @param {() => void} cancel */
  constructor(view, file, cancel) {
    this.view = view;
    this.file = file;
    this.totals = { accepted: 0, rejected: 0, warned: 0 };
    /** @type {Reject[]} */
    this.rejects = [];
    this.shown = 0;
    const label = t('import.progress', { file: file.name });
    this.bar = h('progress', { max: Math.max(1, file.size), value: 0, 'aria-label': label });
    this.share = h('span', { class: 'percent' }, percent(0));
    this.state = h('p', { class: 'note', role: 'status' }, t('import.running', { file: file.name }));
    this.numbers = counts.map((name) => h('dd', { 'data-count': name }, '0'));
    this.cancel = button(t('import.cancel'), cancel, { class: 'quiet', 'data-cancel': '' });
    this.would = h('p', { class: 'note', 'data-would': '' });
    this.list = h('ol', { class: 'rejects' });
    this.more = h('p', { class: 'note', hidden: true });
    const name = `${file.name.replace(/\.[^.]*$/, '')}-rejects.csv`;
    this.columns = h('ul', { class: 'note', 'data-columns': '' });
    /** @type {Map<string, {column: BodyColumn, kind: typeof columnKinds[number], values: number}>} */
    this.told = new Map();
    this.download = h('a', { class: 'button', hidden: true, download: name }, t('import.download'));
    view.dataset.import = 'running';
    view.replaceChildren(
      this.state,
      h('div', { class: 'bar-line' }, this.bar, this.share),
      h('dl', { class: 'tally' }, counts.map((count, i) => (
        h('div', { class: count }, h('dt', {}, t(`import.${count}`)), this.numbers[i])))),
      this.would, this.cancel, this.columns, this.list, this.more, h('p', {}, this.download));
  }

  /** @param {typeof this.totals} more @param {Reject[]} rejects @param {number} bytesRead */
  add(more, rejects, bytesRead) {
    counts.forEach((count, i) => {
      this.totals[count] += more[count];
      setText(this.numbers[i], number(this.totals[count]));
    });
    this.rejects.push(...rejects.slice(0, mostKept - this.rejects.length));
    this.bar.value = bytesRead;
    setText(this.share, percent(bytesRead / this.bar.max));
    setText(this.state, t('import.running', { file: this.file.name }));
    const room = Math.min(mostShown, this.rejects.length);
    this.list.append(...this.rejects.slice(this.shown, room).map(entry));
    this.shown = room;
    this.more.hidden = this.totals.rejected <= this.shown;
    setText(this.more, t('import.more', { shown: this.shown, all: this.rejects.length }));
  }

  /** Says what the file changes, before it is sent.
   * @param {Preview} preview */
  foretell({ changes }) {
    const list = Object.entries(changes).filter(([, count]) => count > 0)
      .map(([name, count]) => `${known('change', name)}: ${number(count)}`);
    if (list.length > 0) setText(this.would, t('import.would', { list: list.join(', ') }));
  }

  /** Shows what the file would do and waits for a yes; ends with the signal.
   * @param {Preview} preview @param {AbortSignal} signal @returns {Promise<void>} */
  confirm(preview, signal) {
    const loses = Object.entries(preview.loses).sort((a, b) => b[1] - a[1]).slice(0, mostLost)
      .map(([column, n]) => t('import.preview.loses', { n: number(n), column }));
    const lines = [
      t('import.preview.replaces', {
        replaced: number(preview.changes.revision ?? 0), added: number(preview.changes.new ?? 0),
      }),
      ...loses,
      ...preview.doubts.includes('unknown_columns') ? [t('import.preview.unknown')] : [],
    ];
    setText(this.state, t('import.preview.ask', { file: this.file.name }));
    return new Promise((resolve, reject) => {
      const end = () => reject(signal.reason);
      const yes = button(t('import.preview.send'), () => {
        signal.removeEventListener('abort', end);
        box.remove();
        setText(this.state, t('import.running', { file: this.file.name }));
        resolve();
      }, { 'data-confirm': '' });
      const list = h('ul', {}, ...lines.map((line) => h('li', {}, line)));
      const box = h('div', { class: 'preview', 'data-preview': '' }, list, yes);
      signal.addEventListener('abort', end, { once: true });
      this.cancel.before(box);
    });
  }

  /** @param {BodyColumns} more */
  addColumns(more) {
    for (const kind of columnKinds) {
      for (const column of more[kind] ?? []) {
        const known = this.told.get(column.name) ?? { column, kind, values: 0 };
        known.values += column.values ?? 0;
        this.told.set(column.name, known);
      }
    }
    const all = [...this.told.values()];
    this.columns.replaceChildren(...columnKinds.flatMap((kind) => {
      const these = all.filter((each) => each.kind === kind);
      if (these.length === 0) return [];
      const names = these.map(({ column, values }) => columnText(kind, column, values)).join(', ');
      return [h('li', { 'data-columns': kind }, t(`import.columns.${kind}`, { names }))];
    }));
  }

  /** Handed on as it is.
   * @param {number} seconds @param {number} status */
  waits = (seconds, status) => setText(this.state, waitingText(seconds, status));

  /** @param {'done' | 'cancelled' | 'failed'} state @param {string} [reason] */
  finish(state, reason = '') {
    this.view.dataset.import = state;
    this.cancel.remove();
    if (state === 'done') {
      this.bar.value = this.bar.max;
      setText(this.share, percent(1));
    }
    const { accepted, rejected } = this.totals;
    setText(this.state, t(`import.${state}`, { file: this.file.name, accepted, rejected, reason }));
    if (this.rejects.length === 0) return;
    URL.revokeObjectURL(Progress.#blob);
    Progress.#blob = URL.createObjectURL(new Blob([csv(this.rejects)], { type: 'text/csv' }));
    this.download.href = Progress.#blob;
    this.download.hidden = false;
  }
}

/** @param {string} kind @param {BodyColumn} column @param {number} values */
function columnText(kind, column, values) {
  const unit = column.unit_assumed ? ` (${t('import.unitAssumed', { unit: column.unit ?? '' })})` : '';
  const target = column.column && column.column !== column.name ? ` → ${column.column}` : '';
  return kind === 'used' ? `${column.name}${target}${unit}` : `${column.name} (${number(values)})`;
}

/** @param {Reject} reject */
function entry(reject) {
  const { line, field, value } = reject;
  const place = [field, value && `“${value}”`].filter(Boolean).join(' ');
  const text = issueText(reject);
  return h('li', { 'data-line': line },
    h('strong', {}, t('import.line', { line: String(line) })), ' ', field ? t('issue', { field: place, text }) : text);
}

/** @param {Reject[]} rejects */
function csv(rejects) {
  const rows = rejects.map((reject) => columns.map((name) => cell(String(reject[name]))).join(','));
  return `${[columns.join(','), ...rows].join('\r\n')}\r\n`;
}

/** A spreadsheet would run text that begins with = or @ as a formula; an apostrophe makes it text.
 * @param {string} text */
function cell(text) {
  const safe = /^[=@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
