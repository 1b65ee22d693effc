// Planets found up to each year, all and by method.
// Not here: planets of one year (methodsByYear.js).

import { colours, counted, methodStyle, placeOf, redraw } from '../charts.js';
import { countCell } from '../dataTable.js';
import { known, number, t } from '../i18n.js';
import { behind } from '../links.js';

/** @typedef {Groups['cumulative']} Line */
/** @typedef {Dataset<Point> & {group: string}} LineSet */

/** The busiest lines only; the rest is in the table. */
const mostLines = 7;

/** @type {Panel} */
export default {
  id: 'cumulative', size: 'half', reads: ['cumulative'],
  mount(frame) {
    const scale = frame.choice('scale', ['log', 'linear']);
    const { ink } = colours();
    /** @type {LineSet[]} */
    const none = [];
    const { chart, describe, land } = frame.chart('', {
      type: 'line',
      data: { labels: [], datasets: none },
      options: {
        parsing: false,
        interaction: { mode: 'nearest', axis: 'xy', intersect: false },
        onClick: (_, [hit], self) => {
          if (!hit) return;
          const { group, data } = self.data.datasets[hit.datasetIndex];
          frame.go(behind('cumulative', `${group}/${data[hit.index].x}`));
        },
        scales: {
          x: { type: 'linear', grid: { display: false }, ticks: { precision: 0, callback: String } },
          y: { ...counted('log', 1), afterBuildTicks: powersOnly, ticks: { callback: number } },
        },
        plugins: {
          legend: { display: true, position: 'top', align: 'start' },
          tooltip: {
            callbacks: {
              title: (items) => String(items[0]?.raw.x ?? ''),
              label: (item) => ` ${item.dataset.label}: ${number(item.raw.y)}`,
            },
          },
        },
      },
    });

    /** On the log scale lines at the powers of ten only.
     * @param {Scale} axis */
    function powersOnly(axis) {
      if (scale() === 'log') axis.ticks = axis.ticks.filter(({ value }) => Number.isInteger(Math.log10(value)));
    }

    return {
      update(board, animate) {
        const lines = ordered(board);
        Object.assign(chart.options.scales.y, counted(scale(), 1));
        const last = Math.max(...lines.map(([, line]) => line[line.length - 1]?.[0] ?? 0));
        const old = chart.data.datasets;
        chart.data.datasets = lines.slice(0, mostLines).map(([name, line]) => dataset(old, name, line, last, ink));
        redraw(chart, animate);
        const [year, n] = lines.find(([name]) => name === 'all')?.[1].slice(-1)[0] ?? [];
        if (n !== undefined) describe(t('panel.cumulative.summary', { n, year: String(year) }));
      },
      land(groups) {
        const { datasets } = chart.data;
        land(groups.map((place) => {
          const cut = place.lastIndexOf('/');
          const index = datasets.findIndex(({ group }) => group === place.slice(0, cut));
          const year = Number(place.slice(cut + 1));
          return index < 0 ? null : placeOf(chart, index, datasets[index].data.findIndex(({ x }) => x === year));
        }));
      },
      table(board) {
        const lines = ordered(board);
        const years = [...new Set(lines.flatMap(([, line]) => line.map(([year]) => year)))].sort((a, b) => a - b);
        const columns = lines.map(([name, line]) => ({ name, totals: running(line, years) }));
        return {
          columns: [t('year'), ...lines.map(([name]) => nameOf(name))],
          rows: years.map((year, i) => ({
            key: String(year),
            head: String(year),
            cells: columns.map(({ name, totals }) => countCell('cumulative', `${name}/${year}`, totals[i])),
          })),
        };
      },
    };
  },
};

/** @param {string} name */
const nameOf = (name) => (name === 'all' ? t('all') : known('method', name));

/** The total of each year; a year without a find of the method keeps the one before.
 * @param {Line} line @param {number[]} years */
function running(line, years) {
  const given = new Map(line);
  let total = 0;
  return years.map((year) => total = given.get(year) ?? total);
}

/** @param {LineSet[]} old the set of the same line is used again, so that it moves instead of appearing
 * @param {string} name @param {Line} line @param {number} last the last year of all lines
 * @param {string} ink @returns {LineSet} */
function dataset(old, name, line, last, ink) {
  const style = name === 'all' ? { colour: ink, dash: [], mark: 'circle' } : methodStyle(name);
  const data = line.map(([x, y]) => ({ x, y }));
  const end = data[data.length - 1];
  if (end && end.x < last) data.push({ x: last, y: end.y });
  return Object.assign(old.find((one) => one.group === name) ?? { group: name }, {
    data, label: nameOf(name), borderColor: style.colour, backgroundColor: style.colour, borderDash: style.dash,
    borderWidth: name === 'all' ? 2.5 : 2,
    pointStyle: style.mark, pointRadius: 0, pointHoverRadius: 5, pointHitRadius: 8,
  });
}

/** All first, then by size.
 * @param {Board} board */
function ordered(board) {
  const end = (/** @type {Line} */ line) => line[line.length - 1]?.[1] ?? 0;
  return [...board.groups('cumulative')].sort(([nameA, a], [nameB, b]) => (
    Number(nameB === 'all') - Number(nameA === 'all') || end(b) - end(a)));
}
