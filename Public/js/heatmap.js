// A diagram of counts in log10 bins, drawn as cells on a Chart.js scatter chart; for any two quantities.
// Not here: which quantities (panels/massRadius.js, panels/periodRadius.js), and the cells themselves (cells.js).

import { binText, cellPlace, cellTable, edgeOf, mostOf, paintCells, readCells } from './cells.js';
import { clipToArea, colours, heatColour, pointAtHits } from './charts.js';
import { h } from './dom.js';
import { number, t } from './i18n.js';
import { behind } from './links.js';

/**
 * @typedef {object} Diagram
 * @property {'mass_radius' | 'period_radius'} aggregate
 * @property {string} xTitle
 * @property {string} yTitle
 * @property {{x: number, y: number, name: string}[]} landmarks known planets, in the axes' units
 * @property {{from: number, to: number, name: string}} [band] a range of y
 * @property {(chart: Drawn) => void} [over] draws between cells and landmarks
 */

/** @param {PanelFrame} frame @param {Schema} schema @param {Diagram} diagram @returns {Drawing} */
export function heatmap(frame, schema, diagram) {
  const { aggregate, xTitle, yTitle } = diagram;
  const grid = schema.grid(aggregate);
  const { x, y } = grid;
  const mode = frame.choice('mode', ['measured', 'all']);
  /** @type {import('./cells.js').GridCell[]} */
  let cells = [];

  /** @type {Dataset<Point>} */
  const dataset = { data: [], pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 9 };
  const { chart, describe, land } = frame.chart('square', {
    type: 'scatter',
    data: { labels: [], datasets: [dataset] },
    options: {
      animation: false,
      parsing: false,
      interaction: { mode: 'nearest', intersect: true },
      scales: { x: logAxis(x, xTitle), y: logAxis(y, yTitle) },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            title: ([item]) => t('planets.count', { n: cells[item.dataIndex].count }),
            label: ({ dataIndex }) => [
              `${xTitle}: ${binText(x, cells[dataIndex].i)}`, `${yTitle}: ${binText(y, cells[dataIndex].j)}`,
            ],
          },
        },
      },
      onClick: (_, [hit]) => hit && frame.go(behind(aggregate, cells[hit.index].group)),
      onHover: pointAtHits,
    },
    plugins: [{ id: 'cells', beforeDatasetsDraw: paint }],
  });
  const key = h('p', { class: 'heat-key' });
  frame.body.append(key);

  /** @param {Drawn} drawn */
  function paint(drawn) {
    drawn.ctx.save();
    clipToArea(drawn);
    paintCells(drawn, grid, cells);
    diagram.over?.(drawn);
    annotate(drawn, diagram);
    drawn.ctx.restore();
  }

  /** @param {number} most */
  function showKey(most) {
    const swatches = [0, 0.25, 0.5, 0.75, 1].map((step) => {
      const count = Math.max(1, Math.round(most ** step));
      const swatch = h('i', { title: t('planets.count', { n: count }), 'aria-hidden': 'true' });
      swatch.style.backgroundColor = heatColour(step);
      return swatch;
    });
    key.replaceChildren(
      h('span', {}, t('planets.count', { n: 1 })), ...swatches, h('span', {}, t('planets.count', { n: most })));
  }

  return {
    update(board) {
      cells = readCells(board, grid, mode());
      const most = mostOf(cells);
      showKey(most);
      dataset.data = cells.map((cell) => ({ x: edgeOf(x, cell.i + 0.5), y: edgeOf(y, cell.j + 0.5) }));
      chart.update('none');
      const inside = cells.reduce((sum, cell) => sum + cell.count, 0);
      const outside = board.count(aggregate, 'outside/all');
      describe(t('heat.summary', { n: inside, x: xTitle, y: yTitle, most, outside }));
    },
    land: (groups) => land(groups.map((group) => cellPlace(chart.scales, grid, cells, group))),
    table(board) {
      const shown = readCells(board, grid, mode()).sort((a, b) => a.i - b.i || a.j - b.j);
      return cellTable(grid, shown, xTitle, yTitle);
    },
  };
}

/** The band and the landmarks.
 * @param {Drawn} drawn @param {Diagram} diagram */
function annotate({ ctx, chartArea: area, scales }, { band, landmarks }) {
  const colour = colours();
  ctx.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = colour.ink;
  if (band) {
    ctx.setLineDash([5, 4]);
    const edges = [band.from, band.to].map((value) => scales.y.getPixelForValue(Math.log10(value)));
    for (const py of edges) {
      ctx.beginPath();
      ctx.moveTo(area.left, py);
      ctx.lineTo(area.right, py);
      ctx.stroke();
    }
    ctx.setLineDash([]);
    label(ctx, band.name, area.right - 6, (edges[0] + edges[1]) / 2, colour);
  }
  for (const mark of landmarks) {
    const px = scales.x.getPixelForValue(Math.log10(mark.x));
    const py = scales.y.getPixelForValue(Math.log10(mark.y));
    ctx.beginPath();
    ctx.arc(px, py, 4.5, 0, 2 * Math.PI);
    ctx.fillStyle = colour.surface;
    ctx.fill();
    ctx.strokeStyle = colour.ink;
    ctx.stroke();
    label(ctx, mark.name, px - 9, py - 9, colour);
  }
}

/** A linear axis of log10 values whose ticks read 0.1, 1, 10.
 * @param {GridAxis} axis @param {string} title @returns {AxisOptions} */
function logAxis(axis, title) {
  return {
    type: 'linear',
    min: axis.lowest,
    max: edgeOf(axis, axis.bins),
    title: { text: title },
    afterBuildTicks: wholePowers,
    ticks: { autoSkip: false, callback: powerText },
  };
}

/** Ticks at whole powers of ten only, wherever the axis begins.
 * @param {Scale} scale */
function wholePowers(scale) {
  scale.ticks = [];
  for (let power = Math.ceil(scale.min); power <= scale.max; power += 1) scale.ticks.push({ value: power });
}

/** @param {number} power */
function powerText(power) {
  if (power <= 3) return number(10 ** power);
  return `10${[...String(power)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}

/** A name to the left of a place.
 * @param {Drawn['ctx']} ctx @param {string} text @param {number} x @param {number} y @param {Colours} colour */
function label(ctx, text, x, y, colour) {
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  // A rim in the page's colour keeps the words readable over any cell.
  ctx.strokeStyle = colour.surface;
  ctx.lineWidth = 4;
  ctx.lineJoin = 'round';
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour.ink;
  ctx.fillText(text, x, y);
  ctx.lineWidth = 1.5;
}
