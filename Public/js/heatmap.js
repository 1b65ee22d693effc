// A diagram of counts in log10 bins, drawn as cells on a Chart.js scatter chart; for any two quantities.
// Not here: which quantities (panels/massRadius.js, panels/periodRadius.js).

import { colours, heatColour, makeChart, options } from './charts.js';
import { h } from './dom.js';
import { number, t } from './i18n.js';
import { behind } from './links.js';

/**
 * @typedef {{column: string, title: string, from: number, step: number, bins: number}} Axis `from` and `step` in log10
 * @typedef {{x: number, y: number, name: string}} Landmark a known planet, in the axes' units
 * @typedef {{i: number, j: number, count: number, group: string}} Cell
 * @typedef {{aggregate: string, x: () => Axis, y: () => Axis, landmarks: Landmark[], band?: {from: number, to: number, name: () => string}, over?: (self: any) => void}} Diagram `over` draws between cells and landmarks
 */

/** @param {import('./panelFrame.js').PanelFrame} frame @param {import('./panelFrame.js').Page} page @param {Diagram} diagram @returns {import('./panelFrame.js').Drawing} */
export function heatmap(frame, page, diagram) {
  const x = diagram.x();
  const y = diagram.y();
  const mode = frame.choice('mode', [['measured', t('mode.measured')], ['all', t('mode.all')]], 'measured', () => frame.redraw());
  const { canvas, describe } = frame.canvas('square');
  const key = h('p', { class: 'heat-key' });
  frame.body.append(key);
  /** @type {Cell[]} */
  let cells = [];
  let most = 1;

  const chart = makeChart(canvas, {
    type: 'scatter',
    data: { datasets: [{ data: [], pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 9 }] },
    options: options({
      animation: false,
      parsing: false,
      interaction: { mode: 'nearest', intersect: true },
      scales: { x: logAxis(x), y: logAxis(y) },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            title: (/** @type {any[]} */ items) => t('planets.count', { n: cells[items[0].dataIndex].count }),
            label: (/** @type {any} */ item) => {
              const cell = cells[item.dataIndex];
              return [`${x.title}: ${range(x, cell.i)}`, `${y.title}: ${range(y, cell.j)}`];
            },
          },
        },
      },
      onClick: (/** @type {any} */ _, /** @type {any[]} */ hits) => {
        const cell = cells[hits[0]?.index];
        if (cell) page.show(behind(diagram.aggregate, cell.group));
      },
      onHover: (/** @type {any} */ event, /** @type {any[]} */ hits) => { event.native.target.style.cursor = hits.length > 0 ? 'pointer' : ''; },
    }),
    plugins: [{ id: 'cells', beforeDatasetsDraw: (/** @type {any} */ self) => paint(self) }],
  });

  /** @param {any} self the chart */
  function paint(self) {
    const { ctx, chartArea: area, scales } = self;
    ctx.save();
    ctx.beginPath();
    ctx.rect(area.left, area.top, area.width, area.height);
    ctx.clip();
    for (const cell of cells) {
      const left = scales.x.getPixelForValue(x.from + cell.i * x.step);
      const right = scales.x.getPixelForValue(x.from + (cell.i + 1) * x.step);
      const bottom = scales.y.getPixelForValue(y.from + cell.j * y.step);
      const top = scales.y.getPixelForValue(y.from + (cell.j + 1) * y.step);
      ctx.fillStyle = heatColour(share(cell.count));
      ctx.fillRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
    }
    diagram.over?.(self);
    annotate(self);
    ctx.restore();
  }

  /** @param {any} self */
  function annotate(self) {
    const { ctx, chartArea: area, scales } = self;
    const colour = colours();
    ctx.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = ctx.fillStyle = colour.ink;
    if (diagram.band) {
      ctx.setLineDash([5, 4]);
      const edges = [diagram.band.from, diagram.band.to].map((value) => scales.y.getPixelForValue(Math.log10(value)));
      for (const edge of edges) {
        ctx.beginPath();
        ctx.moveTo(area.left, edge);
        ctx.lineTo(area.right, edge);
        ctx.stroke();
      }
      ctx.setLineDash([]);
      label(ctx, diagram.band.name(), area.right - 6, (edges[0] + edges[1]) / 2, 'right', colour);
    }
    for (const mark of diagram.landmarks) {
      const px = scales.x.getPixelForValue(Math.log10(mark.x));
      const py = scales.y.getPixelForValue(Math.log10(mark.y));
      ctx.beginPath();
      ctx.arc(px, py, 4.5, 0, 2 * Math.PI);
      ctx.fillStyle = colour.surface;
      ctx.fill();
      ctx.strokeStyle = colour.ink;
      ctx.stroke();
      label(ctx, mark.name, px - 9, py - 9, 'right', colour);
    }
  }

  /** Logarithmic: one planet is to be seen beside three hundred. @param {number} count */
  const share = (count) => (most <= 1 ? 1 : Math.log(count) / Math.log(most));

  function showKey() {
    const steps = [0, 0.25, 0.5, 0.75, 1];
    key.replaceChildren(h('span', {}, t('heat.few')), ...steps.map((step) => {
      const count = Math.max(1, Math.round(most ** step));
      const swatch = h('i', { title: t('planets.count', { n: count }), 'aria-hidden': 'true' });
      swatch.style.backgroundColor = heatColour(step);
      return swatch;
    }), h('span', {}, t('heat.many', { n: most })));
  }

  return {
    update(board) {
      cells = read(board, diagram.aggregate, mode());
      most = Math.max(1, ...cells.map((cell) => cell.count));
      showKey();
      if (chart) {
        chart.data.datasets[0].data = cells.map((cell) => ({ x: x.from + (cell.i + 0.5) * x.step, y: y.from + (cell.j + 0.5) * y.step }));
        chart.update('none');
      }
      const inside = cells.reduce((sum, cell) => sum + cell.count, 0);
      describe(t('heat.summary', { n: inside, x: x.title, y: y.title, most, outside: board.count(diagram.aggregate, 'outside/all') }));
    },
    table(board) {
      const rows = read(board, diagram.aggregate, mode()).sort((a, b) => a.i - b.i || a.j - b.j);
      return {
        caption: t(`panel.${frame.id}.title`),
        columns: [x.title, y.title, t('totals.planets')],
        rows: rows.map((cell) => ({ key: cell.group, head: range(x, cell.i), cells: [{ text: range(y, cell.j) }, { group: cell.group, value: cell.count, href: behind(diagram.aggregate, cell.group) }] })),
      };
    },
    destroy: () => chart?.destroy(),
  };
}

/** @param {import('./board.js').Board} board @param {string} aggregate @param {string} mode @returns {Cell[]} */
function read(board, aggregate, mode) {
  const cells = [];
  for (const [group, count] of board.groups(aggregate)) {
    const [which, i, j] = group.split('/');
    if (which === mode && j !== undefined && count > 0) cells.push({ i: Number(i), j: Number(j), count, group });
  }
  return cells;
}

/** A linear axis of log10 values whose ticks read 0.1, 1, 10. @param {Axis} axis */
function logAxis(axis) {
  return {
    type: 'linear', min: axis.from, max: axis.from + axis.step * axis.bins, title: { text: axis.title },
    // Ticks at whole powers of ten only, wherever the axis begins.
    afterBuildTicks: (/** @type {any} */ scale) => {
      scale.ticks = [];
      for (let power = Math.ceil(scale.min); power <= scale.max; power += 1) scale.ticks.push({ value: power });
    },
    ticks: { autoSkip: false, callback: (/** @type {number} */ value) => powerText(value) },
  };
}

/** @param {number} power */
function powerText(power) {
  return power > 3 ? `10${[...String(power)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}` : number(10 ** power);
}

/** @param {Axis} axis @param {number} bin */
function range(axis, bin) {
  const edge = (/** @type {number} */ i) => number(Number((10 ** (axis.from + i * axis.step)).toPrecision(3)));
  return `${edge(bin)} – ${edge(bin + 1)}`;
}

/** @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} x @param {number} y @param {CanvasTextAlign} align @param {ReturnType<typeof colours>} colour */
function label(ctx, text, x, y, align, colour) {
  ctx.textAlign = align;
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
