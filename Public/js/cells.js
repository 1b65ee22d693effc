// Cells of counts in one of the schema's grids: read from the board, as marks of a plot, and as a table.
// Not here: what else is on such a plot (heatmap.js, zoneChart.js).

import { heatColour, logEdge } from './charts.js';
import { countCell } from './dataTable.js';
import { number, t } from './i18n.js';
import { boxes } from './plot/layers.js';

/** @typedef {{i: number, j: number, count: number, group: string}} GridCell its bins on x and on y */

/** The aggregate's groups KIND/i/j.
 * @param {Board} board @param {Grid} grid @param {string} kind */
export function readCells(board, { aggregate }, kind) {
  const cells = [];
  for (const [group, count] of board.groups(/** @type {'hz_diagram'} */ (aggregate))) {
    const [which, i, j] = group.split('/');
    if (which !== kind || typeof count !== 'number' || count === 0 || j === undefined) continue;
    cells.push({ i: Number(i), j: Number(j), count, group });
  }
  return cells;
}

/** @param {GridCell[]} cells */
export const mostOf = (cells) => Math.max(1, ...cells.map((cell) => cell.count));

/** Where a bin begins on its axis.
 * @param {GridAxis} axis @param {number} bin */
const edgeOf = (axis, bin) => axis.lowest + bin * axis.step;

/** From where to where a bin goes, to read.
 * @param {GridAxis} axis @param {number} bin */
export function binText(axis, bin) {
  return [bin, bin + 1].map((place) => (axis.logarithmic ? logEdge : number)(edgeOf(axis, place))).join(' – ');
}

/** An edge in the axis's own unit.
 * @param {GridAxis} axis @param {number} bin */
const valueAt = (axis, bin) => (axis.logarithmic ? 10 ** edgeOf(axis, bin) : edgeOf(axis, bin));

/** The whole grid as an axis.
 * @param {GridAxis} axis @param {string} title @returns {AxisSpec} */
export const axisOf = (axis, title) => (
  { kind: axis.logarithmic ? 'log' : 'linear', min: valueAt(axis, 0), max: valueAt(axis, axis.bins), title });

/** @param {Grid} grid @param {GridCell[]} cells
 * @param {{text?: (i: number) => string[], go?: (i: number) => void}} [more] @returns {Layer} */
export function cellLayer(grid, cells, more = {}) {
  const most = mostOf(cells);
  return boxes(cells.map(({ i, j, count }) => ({
    x0: valueAt(grid.x, i), x1: valueAt(grid.x, i + 1), y0: valueAt(grid.y, j), y1: valueAt(grid.y, j + 1),
    // Logarithmic: one planet must show beside three hundred.
    ink: { fill: heatColour(most > 1 ? Math.log(count) / Math.log(most) : 1) },
  })), { name: (i) => cells[i].group, ...more });
}

/** Where a group's cell is, if it is shown.
 * @param {Frame2D} frame @param {Grid} grid @param {GridCell[]} cells @param {string} group */
export function cellPlace(frame, grid, cells, group) {
  const cell = cells.find((one) => one.group === group);
  if (!cell) return null;
  const at = (/** @type {number} */ part) => (
    { x: frame.x.pixel(valueAt(grid.x, cell.i + part)), y: frame.y.pixel(valueAt(grid.y, cell.j + part)) });
  const [from, to] = [at(0), at(1)];
  return { ...at(0.5), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
}

/** @param {Grid} grid @param {GridCell[]} cells @param {string} xTitle @param {string} yTitle @returns {TableData} */
export function cellTable({ aggregate, x, y }, cells, xTitle, yTitle) {
  return {
    columns: [xTitle, yTitle, t('totals.planets')],
    rows: cells.map(({ i, j, count, group }) => ({
      key: group,
      head: binText(x, i),
      cells: [{ text: binText(y, j) }, countCell(/** @type {AggregateName} */ (aggregate), group, count)],
    })),
  };
}
