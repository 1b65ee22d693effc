// The relations that masses and radii are forecast with, drawn over the mass-radius diagram: lines, and the 68 % band of the first.
// Not here: the relations themselves, which the server computes (docs/LIVE.md, mass_radius_relation).

import { colours } from './charts.js';
import { h, svg } from './dom.js';
import { DataTable } from './dataTable.js';
import { number, t } from './i18n.js';

/** Each with a dash of its own. @type {[string, number[]][]} */
const others = [['otegi_2020_rocky', [2, 3]], ['otegi_2020_volatile', [7, 3]], ['mueller_2024', [9, 3, 2, 3]]];

/** @param {import('./panelFrame.js').PanelFrame} frame */
export function relation(frame) {
  const shown = frame.select('relation', [['forecast', t('relation.forecast')], ['all', t('relation.all')], ['none', t('relation.none')]], 'forecast', () => frame.redraw());
  const key = h('ul', { class: 'legend' });
  const table = new DataTable();
  const details = h('details', { class: 'second-table', 'data-relation-table': '', open: frame.state.get('relationOpen') === true },
    h('summary', {}, t('relation.table')),
    h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': t('relation.table') }, table.element));
  details.addEventListener('toggle', () => {
    frame.state.set('relationOpen', details.open);
    if (details.open) frame.redraw();
  });
  /** @type {Map<string, number[][]>} */
  let lines = new Map();

  /** @param {any} self the chart */
  function draw(self) {
    if (shown() === 'none') return;
    const { ctx } = self;
    const colour = colours();
    const forecast = lines.get('chen_kipping_2017') ?? [];
    if (forecast.length > 1) {
      // Point: mass, then the radius at 50, 16, 84, 2.5 and 97.5 %.
      trace(self, forecast.map((point) => [point[0], point[2]]), [...forecast].reverse().map((point) => [point[0], point[3]]));
      ctx.globalAlpha = 0.22;
      ctx.fillStyle = colour.ink;
      ctx.fill();
      ctx.globalAlpha = 1;
      for (const edge of [2, 3]) stroke(self, forecast.map((point) => [point[0], point[edge]]), [1.5, 3], colour, 1);
      stroke(self, forecast, [], colour, 2.25);
    }
    if (shown() === 'all') for (const [name, dash] of others) stroke(self, lines.get(name) ?? [], dash, colour, 1.75);
  }

  /** @param {import('./board.js').Board} board */
  function update(board) {
    lines = board.groups('mass_radius_relation');
    const swatch = (/** @type {number[]} */ dash, band = false) => svg('svg', { width: 28, height: 12, 'aria-hidden': 'true' },
      band ? svg('rect', { x: 0, y: 0, width: 28, height: 12, class: 'band' }) : null,
      svg('line', { x1: 0, x2: 28, y1: 6, y2: 6, class: 'limit', 'stroke-dasharray': dash.join(' ') || null }));
    const entries = shown() === 'none' || lines.size === 0 ? [] : [h('li', {}, swatch([], true), ` ${t('relation.chen_kipping_2017')}`),
      ...(shown() === 'all' ? others.map(([name, dash]) => h('li', {}, swatch(dash), ` ${t(`relation.${name}`)}`)) : [])];
    if (key.childElementCount !== entries.length) key.replaceChildren(...entries);
    key.hidden = entries.length === 0;
    if (details.open) {
      table.show({
        caption: t('relation.chen_kipping_2017'),
        columns: [t('axis.mass'), `${t('axis.radius')}, 50 %`, '16 %', '84 %', '2.5 %', '97.5 %'],
        rows: (lines.get('chen_kipping_2017') ?? []).map(([mass, ...radii]) => ({ key: `relation/${mass}`, head: number(Number(mass.toPrecision(4))), cells: radii.map((value, i) => ({ value, group: `${mass}#${i}` })) })),
      });
    }
  }
  return { draw, update, key, details };
}

/** @param {any} self @param {number[][]} there @param {number[][]} [back] */
function trace(self, there, back = []) {
  const { ctx, scales } = self;
  ctx.beginPath();
  for (const [mass, radius] of [...there, ...back]) ctx.lineTo(scales.x.getPixelForValue(Math.log10(mass)), scales.y.getPixelForValue(Math.log10(radius)));
}

/** A rim in the page's colour keeps the line visible over any cell. @param {any} self @param {number[][]} line @param {number[]} dash @param {ReturnType<typeof colours>} colour @param {number} width */
function stroke(self, line, dash, colour, width) {
  if (line.length < 2) return;
  const { ctx } = self;
  trace(self, line);
  ctx.setLineDash([]);
  ctx.lineWidth = width + 2.5;
  ctx.strokeStyle = colour.surface;
  if (width > 1) ctx.stroke();
  ctx.setLineDash(dash);
  ctx.lineWidth = width;
  ctx.strokeStyle = colour.ink;
  ctx.stroke();
  ctx.setLineDash([]);
}
