// Importing a file: dropped anywhere or chosen; sent slice by slice, with progress, refusals and a way to stop.
// Not here: cutting the file (slices.js).

import { patientRequest, Problem } from './api.js';
import { byId, h, randomKey, setText } from './dom.js';
import { issueText, number, percent, t } from './i18n.js';
import { slices, UnreadableFile } from './slices.js';

/** Refusals kept for the download, and shown on the page. */
const mostKept = 20_000;
const mostShown = 200;
const attempts = 12;

/** @typedef {{line: number, field: string, value: string, rule: string, detail: string, record: string}} Reject */

export class Importer {
  constructor() {
    /** @type {AbortController | null} */
    this.controller = null;
    this.place = byId('import-box');
    this.build();
    this.#acceptDrops();
    addEventListener('beforeunload', (event) => { if (this.controller) event.preventDefault(); });
  }

  build() {
    if (this.controller) return;
    const input = h('input', { type: 'file', id: 'import-file', class: 'unseen-file', accept: '.csv,.ndjson,.jsonl,text/csv,application/x-ndjson',
      on: { change: () => { if (input.files?.[0]) this.run(input.files[0]); input.value = ''; } } });
    this.view = h('div', { class: 'import-view', 'data-import': 'idle' });
    this.place.replaceChildren(h('p', { class: 'help' }, t('import.about')), h('p', {}, input, h('label', { for: 'import-file', class: 'button' }, t('import.choose'))), this.view);
    this.input = input;
  }

  #acceptDrops() {
    const veil = byId('drop-veil');
    const hasFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files');
    let depth = 0;
    addEventListener('dragenter', (event) => { if (hasFile(event)) { depth += 1; veil.hidden = false; event.preventDefault(); } });
    addEventListener('dragleave', (event) => { if (hasFile(event)) { depth = Math.max(0, depth - 1); veil.hidden = depth > 0 ? false : true; } });
    addEventListener('dragover', (event) => { if (hasFile(event)) event.preventDefault(); });
    addEventListener('drop', (event) => {
      depth = 0;
      veil.hidden = true;
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      byId('import').scrollIntoView({ block: 'nearest' });
      this.run(file);
    });
  }

  /** @param {File} file */
  async run(file) {
    if (this.controller) return;
    const controller = this.controller = new AbortController();
    const progress = new Progress(this.view, file, () => controller.abort());
    this.input.disabled = true;
    try {
      const format = await formatOf(file);
      const importKey = randomKey();
      let index = 0;
      for await (const slice of slices(file.stream(), format)) {
        controller.signal.throwIfAborted();
        await sendSlice(slice, format, `${importKey}-${index}`, controller.signal, progress);
        index += 1;
      }
      progress.finish('done');
    } catch (error) {
      if (controller.signal.aborted) progress.finish('cancelled');
      else progress.finish('failed', describe(error));
    } finally {
      this.controller = null;
      this.input.disabled = false;
    }
  }
}

/** NDJSON where the name says so or the text begins with a brace; all else is CSV. @param {File} file @returns {Promise<'csv' | 'ndjson'>} */
async function formatOf(file) {
  const start = (await file.slice(0, 4096).text()).replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('[')) throw new NotLines();
  return /\.(ndjson|jsonl)$/i.test(file.name) || start.startsWith('{') ? 'ndjson' : 'csv';
}

class NotLines extends Error {}

/** @param {any} error */
function describe(error) {
  if (error instanceof Problem) return error.status === 0 ? t('form.unreachable') : [error.title, error.detail].filter(Boolean).join(': ');
  if (error instanceof UnreadableFile) return t('import.longLine', { line: error.line });
  if (error instanceof NotLines) return t('import.array');
  return String(error?.message ?? error);
}

/**
 * @param {import('./slices.js').Slice} slice @param {'csv' | 'ndjson'} format @param {string} key
 * @param {AbortSignal} signal @param {Progress} progress
 */
async function sendSlice(slice, format, key, signal, progress) {
  let body;
  try {
    ({ body } = await patientRequest('api/discoveries', {
      method: 'POST', body: slice.body, signal,
      headers: { 'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson', 'Idempotency-Key': key, 'X-Planetarium-Source': format },
    }, attempts, (seconds) => progress.waiting(seconds)));
  } catch (error) {
    // 422 with results: every record was refused, which is an answer like any other.
    if (!(error instanceof Problem) || !Array.isArray(error.body?.results)) throw error;
    body = error.body;
  }
  const lines = slice.body.split('\n');
  /** @type {Reject[]} */
  const rejects = [];
  let warnings = 0;
  for (const result of body.results ?? []) {
    warnings += result.warnings?.length ? 1 : 0;
    if (!result.errors?.length && result.status < 400) continue;
    const line = slice.firstLine + result.line - slice.bodyLines - 1;
    const record = (lines[result.line - 1] ?? '').replace(/\r$/, '').slice(0, 2000);
    for (const error of result.errors?.length ? result.errors : [{}]) {
      rejects.push({ line, field: error.field ?? '', value: String(error.value ?? ''), rule: error.rule ?? '', detail: error.detail ?? '', record });
    }
  }
  progress.add(body.accepted ?? 0, body.rejected ?? 0, warnings, rejects, slice.bytesRead);
}

/** What is shown of one import. */
class Progress {
  /** @param {HTMLElement} view @param {File} file @param {() => void} cancel */
  constructor(view, file, cancel) {
    this.view = view;
    this.file = file;
    this.accepted = this.rejected = this.warned = 0;
    /** @type {Reject[]} */
    this.rejects = [];
    this.shown = 0;
    this.bar = h('progress', { max: Math.max(1, file.size), value: 0, 'aria-label': t('import.progress', { file: file.name }) });
    this.share = h('span', { class: 'percent' }, percent(0));
    this.state = h('p', { class: 'note', role: 'status' }, t('import.running', { file: file.name }));
    this.numbers = Object.fromEntries(['accepted', 'rejected', 'warned'].map((name) => [name, h('dd', { 'data-count': name }, '0')]));
    this.cancel = h('button', { type: 'button', class: 'quiet', 'data-cancel': '', on: { click: cancel } }, t('import.cancel'));
    this.list = h('ol', { class: 'rejects' });
    this.more = h('p', { class: 'note', hidden: true });
    this.download = h('a', { class: 'button', hidden: true, download: `${file.name.replace(/\.[^.]*$/, '')}-rejects.csv` }, t('import.download'));
    view.dataset.import = 'running';
    view.replaceChildren(this.state, h('div', { class: 'bar-line' }, this.bar, this.share),
      h('dl', { class: 'tally' }, Object.entries(this.numbers).map(([name, dd]) => h('div', { class: name }, h('dt', {}, t(`import.${name}`)), dd))),
      this.cancel, this.list, this.more, h('p', {}, this.download));
  }

  /** @param {number} accepted @param {number} rejected @param {number} warned @param {Reject[]} rejects @param {number} bytesRead */
  add(accepted, rejected, warned, rejects, bytesRead) {
    this.accepted += accepted;
    this.rejected += rejected;
    this.warned += warned;
    this.rejects.push(...rejects.slice(0, mostKept - this.rejects.length));
    for (const name of /** @type {const} */ (['accepted', 'rejected', 'warned'])) setText(this.numbers[name], number(this[name]));
    this.bar.value = bytesRead;
    setText(this.share, percent(bytesRead / Math.max(1, this.file.size)));
    setText(this.state, t('import.running', { file: this.file.name }));
    for (; this.shown < Math.min(mostShown, this.rejects.length); this.shown += 1) {
      const { line, field, value, detail, rule } = this.rejects[this.shown];
      this.list.append(h('li', { 'data-line': line }, h('strong', {}, t('import.line', { line: String(line) })), ' ',
        [field, value && `“${value}”`].filter(Boolean).join(' '), field ? ': ' : '', issueText({ rule, detail })));
    }
    this.more.hidden = this.rejected <= this.shown;
    setText(this.more, t('import.more', { shown: this.shown, all: this.rejects.length }));
  }

  /** @param {number} seconds */
  waiting(seconds) {
    setText(this.state, t('form.waiting', { n: Math.ceil(seconds) }));
  }

  /** @param {'done' | 'cancelled' | 'failed'} state @param {string} [reason] */
  finish(state, reason = '') {
    this.view.dataset.import = state;
    this.cancel.remove();
    if (state === 'done') {
      this.bar.value = this.bar.max;
      setText(this.share, percent(1));
    }
    setText(this.state, t(`import.${state}`, { file: this.file.name, accepted: this.accepted, rejected: this.rejected, reason }));
    if (this.rejects.length === 0) return;
    this.download.hidden = false;
    // A blob's address lives as long as the page or until it is replaced: one import at a time, so one blob.
    if (Progress.blob) URL.revokeObjectURL(Progress.blob);
    Progress.blob = URL.createObjectURL(new Blob([csv(this.rejects)], { type: 'text/csv' }));
    this.download.href = Progress.blob;
  }

  static blob = '';
}

/** @param {Reject[]} rejects */
function csv(rejects) {
  // A cell that begins with = or @ would be run as a formula by a spreadsheet; an apostrophe makes it text.
  const cell = (/** @type {any} */ value) => {
    const text = /^[=@]/.test(String(value)) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const names = /** @type {const} */ (['line', 'field', 'value', 'rule', 'detail', 'record']);
  return [names.join(','), ...rejects.map((reject) => names.map((name) => cell(reject[name])).join(','))].join('\r\n') + '\r\n';
}
