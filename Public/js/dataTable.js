// The table beside a chart: the same numbers, for reading aloud, copying and checking.
// Not here: the table of planets (table.js), which the server pages and sorts.

import { h, setText, tableHead } from './dom.js';
import { number } from './i18n.js';
import { behind } from './links.js';

/** The cell of a count, with the way to what is behind it.
 * @param {AggregateName} aggregate @param {string} group @param {number} value */
export const countCell = (aggregate, group, value) => ({ group, value, href: behind(aggregate, group) });

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
    const rows = data.rows.map((row, i) => h('tr', { 'data-row': row.key }, head(row), this.cells[i]));
    this.element.replaceChildren(h('caption', {}, data.caption), tableHead(data.columns), h('tbody', {}, rows));
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
