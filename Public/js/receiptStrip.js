// The way of a submission as a strip that lights up while it happens: the log, the board, the Parquet file, and the
// board computed anew from the files. Not here: the receipt's other facts (form.js), and a record's proof
// (provenance.js).

import { pause, Problem, request } from './api.js';
import { h, setText } from './dom.js';
import { number, t } from './i18n.js';

const stations = /** @type {const} */ (['log', 'board', 'file', 'rebuilt']);
/** The lake is written once a minute unless the operator says otherwise. */
const longestWaitMilliseconds = 5 * 60_000;
const longestPauseSeconds = 5;

export class ReceiptStrip {
  /** @param {Schema} schema @param {Board} board @param {Receipt} receipt
   * @param {number} sentAt by performance.now(), when the form was sent */
  constructor(schema, board, receipt, sentAt) {
    this.board = board;
    this.receipt = receipt;
    this.place = `${schema.topics.discoveries}/${receipt.partition}`;
    this.sentAt = sentAt;
    this.texts = new Map(stations.map((name) => [name, h('span', { class: 'station-text' }, t('strip.waiting'))]));
    this.items = new Map(stations.map((name) => [name, h('li', { 'data-station': name },
      h('b', {}, t(`strip.${name}`)), this.texts.get(name))]));
    this.element = h('ol', { class: 'strip', 'aria-label': t('strip.title') }, [...this.items.values()]);
    this.#light('log', `${receipt.partition}:${receipt.offset}`);
    this.listener = () => {};
    /** Settled when the board has it: not while an earlier board is shown.
     * @type {Promise<void>} */
    this.onBoard = new Promise((resolve) => {
      const found = () => resolve(undefined);
      this.listener = () => this.#lookAtBoard(found);
      board.listeners.add(this.listener);
      this.#lookAtBoard(found);
    });
    this.#follow();
  }

  /** @param {typeof stations[number]} name @param {string} what */
  #light(name, what) {
    const item = this.items.get(name);
    const text = this.texts.get(name);
    if (!item || !text || item.dataset.lit) return;
    const milliseconds = performance.now() - this.sentAt;
    item.dataset.lit = 'true';
    setText(text, `${what} · ${duration(milliseconds)}`);
  }

  /** @param {() => void} found */
  #lookAtBoard(found) {
    if ((this.board.positions[this.place] ?? 0) <= this.receipt.offset) return;
    this.board.listeners.delete(this.listener);
    this.#light('board', t('strip.update', { seq: String(this.board.seq) }));
    found();
  }

  /** Asks where the record lies, as long as the receipt is shown. */
  async #follow() {
    const { partition, offset } = this.receipt;
    for (let seconds = 1; performance.now() - this.sentAt < longestWaitMilliseconds;) {
      await pause(seconds);
      if (!this.element.isConnected) break;
      seconds = Math.min(longestPauseSeconds, seconds * 1.5);
      if (document.hidden) continue;
      try {
        /** @type {ReceiptAnswer} */
        const answer = await request(`api/receipts/${partition}/${offset}`);
        if (!answer.file) continue;
        this.#light('file', t('strip.row', { row: number(answer.file.row) }));
        if (!answer.board_url) continue;
        /** @type {BoardAnswer} */
        const rebuilt = await request(answer.board_url.slice(1));
        this.#light('rebuilt', rebuilt.digest.replace(/^\w+:/, '').slice(0, 8));
        break;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        // Who may not see it is not asked again.
        if (error.status === 401 || error.status === 403 || error.status === 404) break;
      }
    }
    this.board.listeners.delete(this.listener);
  }
}

/** @param {number} milliseconds */
function duration(milliseconds) {
  if (milliseconds < 1000) return `${number(Math.round(milliseconds))} ms`;
  return `${number(Math.round(milliseconds / 1000))} s`;
}

/** What was found out about the planet, for who has just submitted it.
 * @param {string} key @param {number | null} count of planets, where this one is the last of them */
export async function plainWords(key, count) {
  /** @type {PredictionAnswer | null} */
  const answer = await request(`api/planets/${encodeURIComponent(key)}/prediction`).catch(() => null);
  if (!answer) return '';
  const { hz_class: zone, habitable, flux_thermal: flux } = answer.prediction;
  const name = String(answer.pl_name ?? key);
  const sentences = [
    count === null ? t('words.known', { name }) : t('words.new', { name, count }),
    typeof flux === 'number' && typeof zone === 'string' && t(`words.${habitable ? 'right' : zoneWord(zone)}`, {
      flux: number(Number(flux.toPrecision(2))),
    }),
    typeof flux !== 'number' && t('words.unknown'),
  ];
  return sentences.filter(Boolean).join(' ');
}

/** @param {string} zone */
const zoneWord = (zone) => (zone === 'hot' || zone === 'cold' ? zone : 'zone');
