// A diagram of counts in log10 bins, drawn as cells on a Chart.js scatter chart; for any two quantities.
// Not here: which quantities (panels/massRadius.js, panels/periodRadius.js).

import { clipToArea, colours, heatColour, logEdge, makeChart, pointAtHits } from './charts.js';
import { h } from './dom.js';
import { number, t } from './i18n.js';
import { behind } from './links.js';

/**
 * @typedef {import('./schema.js').GridAxis} GridAxis
 * @typedef {import('./chartTypes.js').Drawn} Drawn
 * @typedef {import('./chartTypes.js').Dataset<import('./chartTypes.js').Point>} Points
 *
 * @typedef {{i: number, j: number, count: number, group: string}} Cell
 * @typedef {{x: number, y: number, name: string}} Landmark a known planet, in the axes' units
 *
 * @typedef {object} Diagram
 * @property {'mass_radius' | 'period_radius'} aggregate
 * @property {string} xTitle
 * @property {string} yTitle
 * @property {Landmark[]} landmarks
 * @property {{from: number, to: number, name: string}} [band] a range of y
 * @property {(chart: Drawn) => void} [over] draws between cells and landmarks
 */

/**
 * @param {import('./panelFrame.js').PanelFrame} frame
 * @param {import('./panelFrame.js').Page} page
 * @param {Diagram} diagram
 * @returns {import('./panelFrame.js').Drawing}
 */
export function heatmap(frame, page, diagram) {
  const { aggregate, xTitle, yTitle } = diagram;
  const { x, y } = page.schema.grid(aggregate);
  const mode = frame.choice('mode', ['measured', 'all'], 'measured', (value) => t(`mode.${value}`));
  const { canvas, describe } = frame.canvas('square');
  const key = h('p', { class: 'heat-key' });
  frame.body.append(key);
  /** @type {Cell[]} */
  let cells = [];
  let most = 1;

  /** @type {Points} */
  const dataset = { data: [], pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 9 };
  const chart = makeChart(canvas, {
    type: 'scatter',
    data: { datasets: [dataset] },
    options: {
      animation: false,
      parsing: false,
      interaction: { mode: 'nearest', intersect: true },
      scales: { x: logAxis(x, xTitle), y: logAxis(y, yTitle) },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            title: (items) => t('planets.count', { n: cells[items[0].dataIndex].count }),
            label: (item) => {
              const cell = cells[item.dataIndex];
              return [`${xTitle}: ${range(x, cell.i)}`, `${yTitle}: ${range(y, cell.j)}`];
            },
          },
        },
      },
      onClick: (_, hits) => {
        if (hits.length > 0) page.show(behind(aggregate, cells[hits[0].index].group));
      },
      onHover: pointAtHits,
    },
    plugins: [{ id: 'cells', beforeDatasetsDraw: paint }],
  });

  /** @param {Drawn} drawn */
  function paint(drawn) {
    const { ctx, scales } = drawn;
    ctx.save();
    clipToArea(drawn);
    for (const cell of cells) {
      const left = scales.x.getPixelForValue(x.lowest + cell.i * x.step);
      const right = scales.x.getPixelForValue(x.lowest + (cell.i + 1) * x.step);
      const bottom = scales.y.getPixelForValue(y.lowest + cell.j * y.step);
      const top = scales.y.getPixelForValue(y.lowest + (cell.j + 1) * y.step);
      ctx.fillStyle = heatColour(share(cell.count));
      ctx.fillRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
    }
    diagram.over?.(drawn);
    annotate(drawn, diagram);
    ctx.restore();
  }

  /** Logarithmic: one planet must show beside three hundred.
   * @param {number} count */
  const share = (count) => (most <= 1 ? 1 : Math.log(count) / Math.log(most));

  function showKey() {
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
      cells = read(board, aggregate, mode());
      most = Math.max(1, ...cells.map((cell) => cell.count));
      showKey();
      if (chart) {
        dataset.data = cells.map((cell) => ({ x: middle(x, cell.i), y: middle(y, cell.j) }));
        chart.update('none');
      }
      const inside = cells.reduce((sum, cell) => sum + cell.count, 0);
      const outside = board.count(aggregate, 'outside/all');
      describe(t('heat.summary', { n: inside, x: xTitle, y: yTitle, most, outside }));
    },
    table(board) {
      const shown = read(board, aggregate, mode()).sort((a, b) => a.i - b.i || a.j - b.j);
      return {
        caption: frame.title,
        columns: [xTitle, yTitle, t('totals.planets')],
        rows: shown.map(({ i, j, count, group }) => ({
          key: group,
          head: range(x, i),
          cells: [{ text: range(y, j) }, { group, value: count, href: behind(aggregate, group) }],
        })),
      };
    },
    destroy: () => chart?.destroy(),
  };
}

/** The band and the landmarks.
 * @param {Drawn} drawn @param {Diagram} diagram */
function annotate({ ctx, chartArea: area, scales }, { band, landmarks }) {
  const colour = colours();
  ctx.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = ctx.fillStyle = colour.ink;
  if (band) {
    ctx.setLineDash([5, 4]);
    const edges = [band.from, band.to].map((value) => scales.y.getPixelForValue(Math.log10(value)));
    for (const edge of edges) {
      ctx.beginPath();
      ctx.moveTo(area.left, edge);
      ctx.lineTo(area.right, edge);
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

/**
 * @param {import('./board.js').Board} board
 * @param {'mass_radius' | 'period_radius'} aggregate
 * @param {string} mode
 * @returns {Cell[]}
 */
function read(board, aggregate, mode) {
  const cells = [];
  for (const [group, count] of board.groups(aggregate)) {
    const [which, i, j] = group.split('/');
    if (which === mode && j !== undefined && count > 0) cells.push({ i: Number(i), j: Number(j), count, group });
  }
  return cells;
}

/** A linear axis of log10 values whose ticks read 0.1, 1, 10.
 * @param {GridAxis} axis @param {string} title */
function logAxis(axis, title) {
  return {
    type: /** @type {const} */ ('linear'),
    min: axis.lowest,
    max: axis.lowest + axis.step * axis.bins,
    title: { text: title },
    afterBuildTicks: wholePowers,
    ticks: { autoSkip: false, callback: powerText },
  };
}

/** Ticks at whole powers of ten only, wherever the axis begins.
 * @param {import('./chartTypes.js').Scale} scale */
function wholePowers(scale) {
  scale.ticks = [];
  for (let power = Math.ceil(scale.min); power <= scale.max; power += 1) scale.ticks.push({ value: power });
}

/** @param {number} power */
function powerText(power) {
  if (power <= 3) return number(10 ** power);
  return `10${[...String(power)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}

/** @param {GridAxis} axis @param {number} bin */
const middle = (axis, bin) => axis.lowest + (bin + 0.5) * axis.step;

/** @param {GridAxis} axis @param {number} bin */
function range(axis, bin) {
  return [bin, bin + 1].map((edge) => logEdge(axis.lowest + edge * axis.step)).join(' – ');
}

/**
 * A name to the left of a place.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {import('./charts.js').Colours} colour
 */
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
