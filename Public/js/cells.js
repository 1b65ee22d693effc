// Cells of counts in one of the schema's grids: read from the board, painted on a chart, and as a table.
// Not here: what else is on such a chart (heatmap.js, zoneChart.js).

import { heatColour, logEdge } from './charts.js';
import { countCell } from './dataTable.js';
import { number, t } from './i18n.js';

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
export const edgeOf = (axis, bin) => axis.lowest + bin * axis.step;

/** From where to where a bin goes, to read.
 * @param {GridAxis} axis @param {number} bin */
export function binText(axis, bin) {
  return [bin, bin + 1].map((place) => (axis.logarithmic ? logEdge : number)(edgeOf(axis, place))).join(' – ');
}

/** @param {Drawn} drawn @param {Grid} grid @param {GridCell[]} cells */
export function paintCells({ ctx, scales }, grid, cells) {
  const most = mostOf(cells);
  for (const { i, j, count } of cells) {
    const [x, nextX] = [i, i + 1].map((bin) => scales.x.getPixelForValue(edgeOf(grid.x, bin)));
    const [y, nextY] = [j, j + 1].map((bin) => scales.y.getPixelForValue(edgeOf(grid.y, bin)));
    // Logarithmic: one planet must show beside three hundred.
    ctx.fillStyle = heatColour(most > 1 ? Math.log(count) / Math.log(most) : 1);
    ctx.fillRect(
      Math.min(x, nextX) + 0.5, Math.min(y, nextY) + 0.5, Math.abs(nextX - x) - 1, Math.abs(nextY - y) - 1);
  }
}

/** Where a group's cell is, if it is shown.
 * @param {{x: Scale, y: Scale} | undefined} scales @param {Grid} grid @param {GridCell[]} cells
 * @param {string} group */
export function cellPlace(scales, grid, cells, group) {
  const cell = cells.find((one) => one.group === group);
  if (!cell || !scales) return null;
  const at = (/** @type {number} */ part) => ({
    x: scales.x.getPixelForValue(edgeOf(grid.x, cell.i + part)),
    y: scales.y.getPixelForValue(edgeOf(grid.y, cell.j + part)),
  });
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
