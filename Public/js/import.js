// Importing a file, dropped anywhere or chosen: sent slice by slice, with a way to stop.
// Not here: cutting the file (slices.js), and what is shown of the import (importProgress.js).

import { patientRequest, Problem } from './api.js';
import { find, h, randomKey } from './dom.js';
import { t } from './i18n.js';
import { Progress } from './importProgress.js';
import { slices, UnreadableFile } from './slices.js';

/** @typedef {import('./slices.js').Slice} Slice */
/** @typedef {'csv' | 'ndjson'} Format */

const attempts = 12;
const longestRecordShown = 2000;

export class Importer {
  constructor() {
    /** @type {AbortController | null} */
    this.controller = null;
    this.place = find('#import-box', HTMLElement);
    this.input = h('input');
    this.view = h('div');
    this.build();
    this.#acceptDrops();
    addEventListener('beforeunload', (event) => {
      if (this.controller) event.preventDefault();
    });
  }

  build() {
    if (this.controller) return;
    this.input = h('input', {
      type: 'file', id: 'import-file', class: 'unseen-file',
      accept: '.csv,.ndjson,.jsonl,text/csv,application/x-ndjson',
    });
    this.input.addEventListener('change', () => {
      const file = this.input.files?.[0];
      if (file) this.run(file);
      this.input.value = '';
    });
    this.view = h('div', { class: 'import-view', 'data-import': 'idle' });
    const choose = h('label', { for: 'import-file', class: 'button' }, t('import.choose'));
    this.place.replaceChildren(
      h('p', { class: 'help' }, t('import.about')), h('p', {}, this.input, choose), this.view);
  }

  #acceptDrops() {
    const veil = find('#drop-veil', HTMLElement);
    // Each element that the file is dragged over is entered before the one below it is left.
    let depth = 0;
    const drag = (/** @type {number} */ change) => (/** @type {DragEvent} */ event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      depth = Math.max(0, depth + change);
      veil.hidden = depth === 0;
      if (change >= 0) event.preventDefault();
    };
    addEventListener('dragenter', drag(1));
    addEventListener('dragover', drag(0));
    addEventListener('dragleave', drag(-1));
    addEventListener('drop', (event) => {
      depth = 0;
      veil.hidden = true;
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      find('#import', HTMLElement).scrollIntoView({ block: 'nearest' });
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

/** NDJSON where the name says so or the text begins with a brace; all else is CSV.
 * @param {File} file @returns {Promise<Format>} */
async function formatOf(file) {
  const start = (await file.slice(0, 4096).text()).replace(/^\ufeff/, '').trimStart();
  if (start.startsWith('[')) throw new NotLines();
  return /\.(ndjson|jsonl)$/i.test(file.name) || start.startsWith('{') ? 'ndjson' : 'csv';
}

class NotLines extends Error {}

/** @param {unknown} error */
function describe(error) {
  if (error instanceof Problem) return error.text;
  if (error instanceof UnreadableFile) return t('import.longLine', { line: error.line });
  if (error instanceof NotLines) return t('import.array');
  return error instanceof Error ? error.message : String(error);
}

/** @param {Slice} slice @param {Format} format @param {string} key @param {AbortSignal} signal
 * @param {Progress} progress */
async function sendSlice(slice, format, key, signal, progress) {
  const headers = {
    'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    'Idempotency-Key': key,
    'X-Planetarium-Source': format,
  };
  const options = { method: 'POST', body: slice.body, signal, headers };
  /** @type {Partial<BatchAnswer>} */
  let answer;
  try {
    answer = await patientRequest('api/discoveries', options, attempts, (seconds) => progress.waiting(seconds));
  } catch (error) {
    // 422 with results: every record was refused, which is an answer like any other.
    if (!(error instanceof Problem) || !error.body?.results) throw error;
    answer = error.body;
  }
  const { accepted = 0, rejected = 0, results = [] } = answer;
  const warned = results.filter((result) => result.warnings?.length).length;
  progress.add({ accepted, rejected, warned }, rejectsOf(slice, results), slice.bytesRead);
}

/** Each reason of each refused record, at its line of the file.
 * @param {Slice} slice @param {Result[]} results */
function rejectsOf(slice, results) {
  const lines = slice.body.split('\n');
  const refused = results.filter((result) => result.errors?.length || result.status >= 400);
  return refused.flatMap((result) => {
    const line = slice.firstLine + result.line - slice.bodyLines - 1;
    const record = (lines[result.line - 1] ?? '').replace(/\r$/, '').slice(0, longestRecordShown);
    const issues = result.errors?.length ? result.errors : [{ field: '', value: '', rule: '', detail: '' }];
    return issues.map(({ field, value, rule, detail }) => ({ line, field, value, rule, detail, record }));
  });
}
