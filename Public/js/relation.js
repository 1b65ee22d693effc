// The relations that masses and radii are forecast with, drawn over the mass-radius diagram; the first with a band.
// Not here: the relations themselves, which the server computes (docs/LIVE.md, mass_radius_relation).

import { colours } from './charts.js';
import { DataTable } from './dataTable.js';
import { h, scroller, svg } from './dom.js';
import { number, t } from './i18n.js';

/** The relation of the forecasts. A point: mass, then the radius at 50, 16, 84, 2.5 and 97.5 %. */
const main = 'chen_kipping_2017';
/** Each with a dash of its own.
 * @type {Record<string, number[]>} */
const others = { otegi_2020_rocky: [2, 3], otegi_2020_volatile: [7, 3], mueller_2024: [9, 3, 2, 3] };

/** @param {PanelFrame} frame */
export function relation(frame) {
  const shown = frame.select('relation', ['forecast', 'all', 'none']);
  const key = h('ul', { class: 'legend' });
  const table = new DataTable();
  const details = frame.details('relation', { class: 'second-table', 'data-relation-table': '' },
    t('relation.table'), scroller(t('relation.table'), table.element));
  /** @type {Map<string, number[][]>} */
  let lines = new Map();

  /** @param {Drawn} drawn */
  function draw(drawn) {
    if (shown() === 'none') return;
    const forecast = lines.get(main) ?? [];
    if (forecast.length > 1) {
      fillBand(drawn, forecast);
      for (const edge of [2, 3]) stroke(drawn, forecast.map((point) => [point[0], point[edge]]), [1.5, 3], 1);
      stroke(drawn, forecast, [], 2.25);
    }
    if (shown() !== 'all') return;
    for (const [name, dash] of Object.entries(others)) stroke(drawn, lines.get(name) ?? [], dash, 1.75);
  }

  function entries() {
    if (shown() === 'none' || lines.size === 0) return [];
    const first = h('li', {}, swatch([], true), ` ${t(`relation.${main}`)}`);
    if (shown() !== 'all') return [first];
    const rest = Object.entries(others).map(([name, dash]) => h('li', {}, swatch(dash), ` ${t(`relation.${name}`)}`));
    return [first, ...rest];
  }

  /** @param {Board} board */
  function update(board) {
    lines = board.groups('mass_radius_relation');
    const items = entries();
    if (key.childElementCount !== items.length) key.replaceChildren(...items);
    key.hidden = items.length === 0;
    if (!details.open) return;
    table.show({
      caption: t(`relation.${main}`),
      columns: [t('axis.mass'), `${t('axis.radius')}, 50 %`, '16 %', '84 %', '2.5 %', '97.5 %'],
      rows: (lines.get(main) ?? []).map(([mass, ...radii]) => ({
        key: `relation/${mass}`,
        head: number(Number(mass.toPrecision(4))),
        cells: radii.map((value, i) => ({ value, group: `${mass}#${i}` })),
      })),
    });
  }
  return { draw, update, key, details };
}

/** A line as in the diagram, for the legend.
 * @param {number[]} dash @param {boolean} [band] */
function swatch(dash, band = false) {
  return svg('svg', { width: 28, height: 12, 'aria-hidden': 'true' },
    band && svg('rect', { x: 0, y: 0, width: 28, height: 12, class: 'band' }),
    svg('line', { x1: 0, x2: 28, y1: 6, y2: 6, class: 'limit', 'stroke-dasharray': dash.join(' ') || null }));
}

/** The 68 % band.
 * @param {Drawn} drawn @param {number[][]} forecast */
function fillBand(drawn, forecast) {
  const { ctx } = drawn;
  const lower = forecast.map((point) => [point[0], point[2]]);
  const upper = forecast.map((point) => [point[0], point[3]]);
  trace(drawn, [...lower, ...upper.reverse()]);
  ctx.globalAlpha = 0.22;
  ctx.fillStyle = colours().ink;
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** @param {Drawn} drawn @param {number[][]} line masses and radii */
function trace({ ctx, scales }, line) {
  ctx.beginPath();
  for (const [mass, radius] of line) {
    ctx.lineTo(scales.x.getPixelForValue(Math.log10(mass)), scales.y.getPixelForValue(Math.log10(radius)));
  }
}

/** A rim in the page's colour keeps the line visible over any cell.
 * @param {Drawn} drawn @param {number[][]} line @param {number[]} dash @param {number} width */
function stroke(drawn, line, dash, width) {
  if (line.length < 2) return;
  const { ctx } = drawn;
  const colour = colours();
  trace(drawn, line);
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
