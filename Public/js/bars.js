// A plot of bars, each a count of the board; a click opens what is behind it. With its table.
// Not here: which bars (panels/facilities.js, hosts.js, rate.js), nor bars in stacks (panels/methodsByYear.js).

import { colours, textWidth } from './charts.js';
import { countCell } from './dataTable.js';
import { t } from './i18n.js';
import { behind } from './links.js';
import { boxes } from './plot/layers.js';

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
 * @property {number} [most] bars in the plot; the table has all
 * @property {number} [width] of a bar, as a share of its room
 * @property {string} [names] title of the axis of the names
 * @property {() => boolean} [log] whether counts are drawn logarithmically, as it is chosen now
 */

/** A count of 1 stands above the axis where that is logarithmic. */
const lowest = 0.5;

/** @param {PanelFrame} frame @param {Bars} of @returns {Drawing} */
export function bars(frame, of) {
  const { read = (board) => largestFirst(board, of.aggregate), width = 0.78, horizontal = false } = of;
  /** @type {Bar[]} */
  let shown = [];
  const { plot, land } = frame.plot(of.shape ?? '', { zoom: '' });

  /** As much of a name as its axis has room for: less than half of the plot. Pointing at the bar tells all of it.
   * @param {number} i */
  function nameTick(i) {
    const whole = shown[i]?.label ?? '';
    if (!horizontal) return whole;
    const fits = (/** @type {string} */ text) => textWidth(text) < plot.element.clientWidth / 2 - 24;
    let text = whole;
    for (let end = whole.length - 1; end > 0 && !fits(text); end -= 1) text = `${whole.slice(0, end).trimEnd()}…`;
    return text;
  }

  /** @returns {AxisSpec} */
  const names = () => ({
    kind: 'linear', min: -0.5, max: Math.max(1, shown.length) - 0.5, title: of.names, grid: false,
    ticks: shown.map((_, i) => i), text: nameTick, reverse: horizontal,
  });

  /** @returns {AxisSpec} */
  function counts() {
    const most = Math.max(1, ...shown.map(({ count }) => count));
    return of.log?.() ? { kind: 'log', min: lowest, max: most * 1.3 }
      : { kind: 'linear', min: 0, max: most * 1.04, whole: true };
  }

  /** @returns {Layer} */
  function marks() {
    const fill = colours().accent;
    return boxes(shown.map(({ count }, i) => {
      const [from, to] = [i - width / 2, i + width / 2];
      return horizontal ? { x0: 0, x1: count, y0: from, y1: to, ink: { fill } }
        : { x0: from, x1: to, y0: 0, y1: count, ink: { fill } };
    }), {
      // The whole row or column of a bar counts as the bar: some are a hair's breadth high.
      inset: 0, whole: horizontal ? 'y' : 'x',
      text: (i) => [shown[i].label, t(`count.${of.aggregate}`, { n: shown[i].count })],
      go: (i) => frame.go(behind(of.aggregate, shown[i].group)),
    });
  }

  return {
    update(board) {
      const all = read(board);
      shown = all.slice(0, of.most);
      plot.show({
        x: horizontal ? counts() : names(), y: horizontal ? names() : counts(), layers: [marks()],
        summary: all.length > 0 ? of.summary(all, board) : '',
      });
    },
    land: (groups) => land((drawn) => groups.map((group) => {
      const index = shown.findIndex((bar) => bar.group === group);
      if (index < 0) return null;
      const { count } = shown[index];
      return { x: drawn.x.pixel(horizontal ? count : index), y: drawn.y.pixel(horizontal ? index : count) };
    })),
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
