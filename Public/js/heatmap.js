// A diagram of counts in log10 bins, as cells; for any two quantities. Its menu leads to the planets as points.
// Not here: which quantities (panels/massRadius.js, panels/periodRadius.js), and the cells themselves (cells.js).

import { axisOf, binText, cellLayer, cellPlace, cellTable, mostOf, readCells } from './cells.js';
import { colours, heatColour } from './charts.js';
import { query } from './address.js';
import { h } from './dom.js';
import { number, t } from './i18n.js';
import { behind } from './links.js';
import { strip, words } from './plot/layers.js';

/**
 * @typedef {object} Diagram
 * @property {'mass_radius' | 'period_radius'} aggregate
 * @property {string} xTitle
 * @property {string} yTitle
 * @property {{x: number, y: number, name: string}[]} landmarks known planets, in the axes' units
 * @property {{from: number, to: number, name: string}} [band] a range of y
 * @property {() => Layer[]} [over] drawn between cells and landmarks
 */

/** @param {PanelFrame} frame @param {Schema} schema @param {Diagram} diagram @returns {Drawing} */
export function heatmap(frame, schema, diagram) {
  const { aggregate, xTitle, yTitle } = diagram;
  const grid = schema.grid(aggregate);
  const { x, y } = grid;
  const mode = frame.choice('mode', ['measured', 'all']);
  /** @type {import('./cells.js').GridCell[]} */
  let cells = [];
  const { plot, land } = frame.plot('square');
  const key = h('p', { class: 'heat-key' });
  frame.body.append(key);
  frame.items = () => [{
    text: t('menu.points'), rule: true,
    href: query({ view: 'explore', x: x.quantity, y: y.quantity, forecasts: mode() === 'all' ? '1' : undefined }),
  }];

  const text = (/** @type {number} */ i) => [
    t('planets.count', { n: cells[i].count }), `${xTitle}: ${binText(x, cells[i].i)}`,
    `${yTitle}: ${binText(y, cells[i].j)}`,
  ];
  const go = (/** @type {number} */ i) => frame.go(behind(aggregate, cells[i].group));

  /** @param {number} most */
  function showKey(most) {
    const swatches = [0, 0.25, 0.5, 0.75, 1].map((step) => {
      const swatch = h('i', { title: countText(most, step), 'aria-hidden': 'true' });
      swatch.style.backgroundColor = heatColour(step);
      return swatch;
    });
    key.replaceChildren(
      h('span', {}, t('planets.count', { n: 1 })), ...swatches, h('span', {}, t('planets.count', { n: most })));
  }
  frame.legend = () => [0, 0.5, 1].map((step) => ({
    text: countText(mostOf(cells), step),
    draw: (surface, px, py) => surface.rect(px - 6, py - 5, 12, 10, { fill: heatColour(step) }),
  }));

  return {
    update(board) {
      cells = readCells(board, grid, mode());
      const most = mostOf(cells);
      showKey(most);
      const inside = cells.reduce((sum, cell) => sum + cell.count, 0);
      const outside = board.count(aggregate, 'outside/all');
      plot.show({
        x: axisOf(x, xTitle), y: axisOf(y, yTitle),
        layers: [cellLayer(grid, cells, { text, go }), ...diagram.over?.() ?? [], ...annotations(diagram)],
        summary: t('heat.summary', { n: inside, x: xTitle, y: yTitle, most: number(most), outside }),
      });
    },
    land: (groups) => land((drawn) => groups.map((group) => cellPlace(drawn, grid, cells, group))),
    table(board) {
      const shown = readCells(board, grid, mode()).sort((a, b) => a.i - b.i || a.j - b.j);
      return cellTable(grid, shown, xTitle, yTitle);
    },
  };
}

/** How many planets a colour stands for.
 * @param {number} most @param {number} step from 0 to 1 */
const countText = (most, step) => t('planets.count', { n: Math.max(1, Math.round(most ** step)) });

/** The band and the landmarks.
 * @param {Diagram} diagram @returns {Layer[]} */
function annotations({ band, landmarks }) {
  const { ink } = colours();
  return [
    ...(band ? [
      strip('y', band.from, band.to, { stroke: ink, width: 1.5, dash: [5, 4] }),
      words([{ x: Infinity, y: Math.sqrt(band.from * band.to), text: band.name, dx: -6, dy: 0 }]),
    ] : []),
    words(landmarks.map(({ x, y, name }) => ({ x, y, text: name, mark: true }))),
  ];
}
