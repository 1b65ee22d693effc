// Importing a file, dropped anywhere or chosen: sent slice by slice, with a way to stop.
// Not here: what the file is (fileKind.js), cutting it (slices.js), and what is shown of the import
// (importProgress.js).

import { patientRequest, Problem } from './api.js';
import { find, h, randomKey } from './dom.js';
import { kindOf, linesOfJSON, textOf } from './fileKind.js';
import { t } from './i18n.js';
import { Progress } from './importProgress.js';
import { submitFileAddress } from './links.js';
import { slices, UnreadableFile } from './slices.js';

/** @typedef {import('./slices.js').Slice} Slice */
/** @typedef {import('./fileKind.js').FileKind} FileKind */
/** @typedef {import('./fileKind.js').Kind} Kind */

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
      accept: '.csv,.tsv,.tab,.txt,.ndjson,.jsonl,.json,.vot,.xml,.ecsv,.tbl,.gz,text/csv,application/x-ndjson',
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
      this.take(file);
    });
  }

  /** Imports a file that came from elsewhere than the drawer, and shows how it goes.
   * @param {File} file */
  take(file) {
    location.hash = submitFileAddress;
    this.run(file);
  }

  /** @param {File} file */
  async run(file) {
    if (this.controller) return;
    const controller = this.controller = new AbortController();
    const progress = new Progress(this.view, file, () => controller.abort());
    this.input.disabled = true;
    try {
      const kind = await kindOf(file);
      const preview = await look(file, kind, controller.signal, progress);
      progress.foretell(preview);
      if (preview.doubts.length > 0) await progress.confirm(preview, controller.signal);
      const importKey = randomKey();
      let index = 0;
      for await (const slice of slicesOf(file, kind)) {
        controller.signal.throwIfAborted();
        await sendSlice(slice, kind.kind, `${importKey}-${index}`, controller.signal, progress);
        index += 1;
      }
      if (index === 0) throw new EmptyFile();
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

/** The file's records, slice by slice; as a whole where it has no lines to cut it at.
 * @param {File} file @param {FileKind} kind @returns {AsyncGenerator<Slice>} */
async function* slicesOf(file, kind) {
  if (kind.kind === 'whole') yield { body: file, bodyLines: 0, firstLine: 1, bytesRead: file.size };
  else if (kind.kind === 'json') yield* slices(linesOfJSON(file, kind), 'ndjson');
  else yield* slices(textOf(file, kind), kind.kind);
}

/** @param {unknown} error */
function describe(error) {
  if (error instanceof Problem) return error.text;
  if (error instanceof UnreadableFile) return t('import.longLine', { line: error.line });
  if (error instanceof SyntaxError) return t('import.notJSON');
  if (error instanceof EmptyFile) return t('import.noRecord');
  if (error instanceof TypeError) return t('import.notText');
  return error instanceof Error ? error.message : String(error);
}

class EmptyFile extends Error {}

const types = {
  csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson', json: 'application/x-ndjson',
  whole: 'application/octet-stream',
};

/** What the file would do, before anything of it is sent to stay.
 * @param {File} file @param {FileKind} kind @param {AbortSignal} signal @param {Progress} progress
 * @returns {Promise<Preview>} */
async function look(file, kind, signal, progress) {
  /** @type {Preview} */
  const all = { changes: {}, loses: {}, doubts: [], values_lost: 0 };
  for await (const slice of slicesOf(file, kind)) {
    signal.throwIfAborted();
    const headers = { 'Content-Type': types[kind.kind] };
    const options = { method: 'POST', body: slice.body, signal, headers };
    /** @type {Partial<Preview>} */
    const one = await patientRequest('api/discoveries?dry_run=true', options, attempts, progress.waits);
    for (const [name, count] of Object.entries(one.changes ?? {})) all.changes[name] = (all.changes[name] ?? 0) + count;
    for (const [name, count] of Object.entries(one.loses ?? {})) all.loses[name] = (all.loses[name] ?? 0) + count;
    all.doubts = [...new Set([...all.doubts, ...one.doubts ?? []])];
    all.values_lost += one.values_lost ?? 0;
  }
  return all;
}

/** @param {Slice} slice @param {Kind} kind @param {string} key @param {AbortSignal} signal
 * @param {Progress} progress */
async function sendSlice(slice, kind, key, signal, progress) {
  const headers = {
    'Content-Type': types[kind],
    'Idempotency-Key': key,
    'X-Planetarium-Source': kind === 'json' ? 'ndjson' : kind === 'whole' ? 'file' : kind,
  };
  const options = { method: 'POST', body: slice.body, signal, headers };
  /** @type {Partial<BatchAnswer>} */
  let answer;
  try {
    answer = await patientRequest('api/discoveries', options, attempts, progress.waits);
  } catch (error) {
    // 422 with results: every record was refused, which is an answer like any other.
    if (!(error instanceof Problem) || !error.body?.results) throw error;
    answer = error.body;
  }
  const { accepted = 0, rejected = 0, results = [], columns } = answer;
  if (columns) progress.addColumns(columns);
  const warned = results.filter((result) => result.warnings?.length).length;
  progress.add({ accepted, rejected, warned }, rejectsOf(slice, results), slice.bytesRead);
}

/** Each reason of each refused record, at its line of the file.
 * @param {Slice} slice @param {Result[]} results */
function rejectsOf(slice, results) {
  const lines = typeof slice.body === 'string' ? slice.body.split('\n') : [];
  const refused = results.filter((result) => result.errors?.length || result.status >= 400);
  return refused.flatMap((result) => {
    const line = slice.firstLine + result.line - slice.bodyLines - 1;
    const record = (lines[result.line - 1] ?? '').replace(/\r$/, '').slice(0, longestRecordShown);
    const issues = result.errors?.length ? result.errors : [{ field: '', value: '', rule: '', detail: '' }];
    return issues.map(({ field, value, rule, detail }) => ({ line, field, value, rule, detail, record }));
  });
}
