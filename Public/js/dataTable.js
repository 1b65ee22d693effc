// The table beside a chart: the same numbers, for reading aloud, copying and checking.
// Not here: the table of planets (table.js), which the server pages and sorts.

import { h, setText } from './dom.js';
import { number } from './i18n.js';

/**
 * @typedef {object} Cell
 * @property {string} [text] left out: the value as a number
 * @property {number | null} [value]
 * @property {string} [group] of the board
 * @property {Node} [node] in place of the text
 * @property {string} [href] to what is behind the value
 *
 * @typedef {{key: string, head: string, href?: string, cells: Cell[]}} Row `href` makes the head a link
 * @typedef {{caption: string, columns: string[], rows: Row[]}} TableData
 */

export class DataTable {
  constructor() {
    this.element = h('table', { class: 'data' });
    this.shape = '';
    /** @type {HTMLElement[][]} */
    this.cells = [];
  }

  /** Cells are changed in place while rows and columns stay: the reading position is not lost.
   * @param {TableData} data */
  show(data) {
    const shape = JSON.stringify([data.caption, data.columns, data.rows.map((row) => [row.key, row.head, row.href])]);
    if (shape !== this.shape) this.#build(data);
    this.shape = shape;
    data.rows.forEach((row, i) => row.cells.forEach((cell, j) => write(this.cells[i][j], cell)));
  }

  /** @param {TableData} data */
  #build(data) {
    const focused = this.#focusedRow();
    this.cells = data.rows.map((row) => row.cells.map(() => h('td')));
    const heads = data.columns.map((column) => h('th', { scope: 'col' }, column));
    const rows = data.rows.map((row, i) => h('tr', { 'data-row': row.key }, head(row), this.cells[i]));
    this.element.replaceChildren(
      h('caption', {}, data.caption), h('thead', {}, h('tr', {}, heads)), h('tbody', {}, rows));
    // A planet that moves up or down takes the focus with it.
    if (focused === null) return;
    rows.find((row) => row.dataset.row === focused)?.querySelector('a')?.focus({ preventScroll: true });
  }

  /** The key of the row that has the focus, or null. */
  #focusedRow() {
    const { activeElement } = document;
    if (!activeElement || !this.element.contains(activeElement)) return null;
    return activeElement.closest('[data-row]')?.getAttribute('data-row') ?? null;
  }
}

/** @param {Row} row */
function head(row) {
  return h('th', { scope: 'row' }, row.href ? h('a', { href: row.href }, row.head) : row.head);
}

/** @param {HTMLElement} element @param {Cell} cell */
function write(element, cell) {
  if (cell.node) element.replaceChildren(cell.node);
  else if (cell.href && cell.value) writeLink(element, cell.href, cell.text ?? number(cell.value));
  else setText(element, cell.text ?? number(cell.value));
  if (cell.group !== undefined) element.dataset.group = cell.group;
  if (cell.value !== undefined) element.dataset.value = cell.value === null ? '' : String(cell.value);
}

/** @param {HTMLElement} element @param {string} href @param {string} text */
function writeLink(element, href, text) {
  const known = element.firstElementChild;
  if (known instanceof HTMLAnchorElement && known.getAttribute('href') === href) setText(known, text);
  else element.replaceChildren(h('a', { href, class: 'behind' }, text));
}
