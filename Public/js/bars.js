// A chart of bars, each a count of the board; a click opens what is behind it. With its table.
// Not here: which bars (panels/facilities.js, hosts.js, rate.js), nor bars in stacks (panels/methodsByYear.js).

import { colours, countTick, placeOf, redraw, textWidth } from './charts.js';
import { countCell } from './dataTable.js';
import { number } from './i18n.js';
import { behind } from './links.js';

/**
 * @typedef {{group: string, label: string, count: number}} Bar
 *
 * @typedef {object} Bars
 * @property {Counted} aggregate
 * @property {(board: Board) => Bar[]} [read] left out: all groups, the largest first
 * @property {() => [names: string, counts: string]} columns of the table
 * @property {(bars: Bar[], board: Board) => string} summary
 * @property {'low'} [shape]
 * @property {boolean} [horizontal]
 * @property {number} [most] bars in the chart; the table has all
 * @property {DatasetSettings} bars
 * @property {AxisOptions} [names] axis of the names
 * @property {number} [ticks] at most, on the axis of the counts
 * @property {() => AxisOptions} [counts] axis of the counts, as it is chosen now
 */

/** @param {PanelFrame} frame @param {Bars} of @returns {Drawing} */
export function bars(frame, of) {
  const { read = (board) => largestFirst(board, of.aggregate) } = of;
  /** @type {Bar[]} */
  let shown = [];
  const nameTicks = { autoSkip: false, color: colours().ink, callback: nameTick };
  const names = { grid: { display: false }, ...(of.horizontal && { ticks: nameTicks }), ...of.names };
  const counts = { beginAtZero: true, ticks: { callback: countTick, maxTicksLimit: of.ticks ?? 11 } };
  /** @type {Dataset<number>} */
  const dataset = { data: [], backgroundColor: colours().accent, ...of.bars };
  const { canvas, chart, describe, land } = frame.chart(of.shape ?? '', {
    type: 'bar',
    data: { labels: [], datasets: [dataset] },
    options: {
      // The whole row or column of a bar counts as the bar: some are a hair's breadth high.
      ...(of.horizontal && { indexAxis: 'y' }),
      interaction: { mode: 'index', axis: of.horizontal ? 'y' : 'x', intersect: false },
      scales: of.horizontal ? { x: counts, y: names } : { x: names, y: counts },
      plugins: { tooltip: { callbacks: { label: (item) => ` ${number(item.raw)}` } } },
      onClick: (_, [hit]) => hit && frame.go(behind(of.aggregate, shown[hit.index].group)),
    },
  });

  /** As much of a name as its axis has room for: half of the chart, less the gap. The tooltip has all of it.
   * @param {number} _ @param {number} i */
  function nameTick(_, i) {
    const whole = shown[i]?.label ?? '';
    const fits = (/** @type {string} */ text) => textWidth(text) < canvas.clientWidth / 2 - 16;
    let text = whole;
    for (let end = whole.length - 1; end > 0 && !fits(text); end -= 1) text = `${whole.slice(0, end).trimEnd()}…`;
    return text;
  }

  return {
    update(board, animate) {
      const all = read(board);
      shown = all.slice(0, of.most);
      chart.data.labels = shown.map((bar) => bar.label);
      chart.data.datasets[0].data = shown.map((bar) => bar.count);
      Object.assign(chart.options.scales.y, of.counts?.());
      redraw(chart, animate);
      if (all.length > 0) describe(of.summary(all, board));
    },
    land: (groups) => land(groups.map((group) => placeOf(chart, 0, shown.findIndex((bar) => bar.group === group)))),
    table: (board) => ({
      columns: of.columns(),
      rows: read(board).map(({ group, label, count }) => (
        { key: group, head: label, cells: [countCell(of.aggregate, group, count)] })),
    }),
  };
}

/** @param {Board} board @param {Counted} aggregate */
function largestFirst(board, aggregate) {
  const rows = [...board.groups(aggregate)].map(([group, count]) => ({ group, label: group, count }));
  return rows.sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
}
