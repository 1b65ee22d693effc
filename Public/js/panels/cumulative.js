// Planets found up to each year, all and by method.
// Not here: planets of one year (methodsByYear.js).

import { colours, makeChart, methodStyle, options, redraw } from '../charts.js';
import { known, number, t } from '../i18n.js';
import { behind } from '../links.js';

/** @type {import('../panelFrame.js').Panel} */
export default {
  id: 'cumulative', slot: 'charts', size: 'half', reads: ['cumulative'],
  mount(frame, page) {
    const scale = frame.choice('scale', [['log', t('scale.log')], ['linear', t('scale.linear')]], 'log', () => frame.redraw());
    const { canvas, describe } = frame.canvas();
    const colour = colours();
    const chart = makeChart(canvas, {
      type: 'line',
      data: { datasets: [] },
      options: options({
        parsing: false,
        interaction: { mode: 'nearest', axis: 'xy', intersect: false },
        onClick: (/** @type {any} */ _, /** @type {any[]} */ hits) => {
          const line = chart.data.datasets[hits[0]?.datasetIndex];
          if (line) page.show(behind('cumulative', `${line.group}/${line.data[hits[0].index].x}`));
        },
        scales: {
          x: { type: 'linear', grid: { display: false }, ticks: { precision: 0, callback: (/** @type {number} */ value) => String(value) } },
          y: { type: 'logarithmic', min: 1, afterBuildTicks: powers, ticks: { callback: tick } },
        },
        plugins: {
          legend: { display: true, position: 'top', align: 'start' },
          tooltip: { callbacks: { title: (/** @type {any[]} */ items) => String(items[0]?.raw.x ?? ''), label: (/** @type {any} */ item) => ` ${item.dataset.label}: ${number(item.raw.y)}` } },
        },
      }),
    });

    /** On the log scale lines at the powers of ten only. @param {any} axis */
    function powers(axis) {
      if (scale() === 'log') axis.ticks = axis.ticks.filter((/** @type {any} */ one) => Number.isInteger(Math.log10(one.value)));
    }

    /** @param {unknown} value */
    function tick(value) {
      return number(Number(value));
    }

    return {
      update(board, animate) {
        const lines = ordered(board);
        if (chart) {
          chart.options.scales.y.type = scale() === 'log' ? 'logarithmic' : 'linear';
          chart.options.scales.y.min = scale() === 'log' ? 1 : 0;
          const last = Math.max(...lines.map(([, points]) => points[points.length - 1]?.[0] ?? 0));
          // The busiest lines only; the rest is in the table.
          chart.data.datasets = lines.slice(0, 7).map(([name, points]) => dataset(chart, name, points, last, colour.ink));
          redraw(chart, animate);
        }
        const all = lines.find(([name]) => name === 'all')?.[1];
        if (all?.length) describe(t('panel.cumulative.summary', { n: all[all.length - 1][1], year: String(all[all.length - 1][0]) }));
      },
      table(board) {
        const lines = ordered(board);
        const years = [...new Set(lines.flatMap(([, points]) => points.map(([year]) => year)))].sort((a, b) => a - b);
        const maps = lines.map(([name, points]) => /** @type {const} */ ([name, new Map(points)]));
        const running = maps.map(() => 0);
        return {
          caption: t('panel.cumulative.title'),
          columns: [t('year'), ...lines.map(([name]) => (name === 'all' ? t('all') : known('method', name)))],
          rows: years.map((year) => ({
            key: String(year), head: String(year),
            // A year without a find of this method has no point of its own: the total stays.
            cells: maps.map(([name, map], i) => ({ group: `${name}/${year}`, value: running[i] = map.get(year) ?? running[i], href: behind('cumulative', `${name}/${year}`) })),
          })),
        };
      },
      destroy: () => chart?.destroy(),
    };
  },
};

/** @param {any} chart @param {string} name @param {[number, number][]} points @param {number} last @param {string} ink */
function dataset(chart, name, points, last, ink) {
  const style = name === 'all' ? { colour: ink, dash: [], mark: 'circle' } : methodStyle(name);
  const data = points.map(([x, y]) => ({ x, y }));
  const end = data[data.length - 1];
  if (end && end.x < last) data.push({ x: last, y: end.y });
  const kept = chart.data.datasets.find((/** @type {any} */ one) => one.group === name);
  return Object.assign(kept ?? { group: name }, {
    label: name === 'all' ? t('all') : known('method', name), data,
    borderColor: style.colour, backgroundColor: style.colour, borderDash: style.dash, pointStyle: style.mark,
    borderWidth: name === 'all' ? 2.5 : 2, pointRadius: 0, pointHoverRadius: 5, pointHitRadius: 8, stepped: false, tension: 0,
  });
}

/** @param {import('../board.js').Board} board @returns {[string, [number, number][]][]} all first, then by size */
function ordered(board) {
  const end = (/** @type {[number, number][]} */ points) => points[points.length - 1]?.[1] ?? 0;
  return [...board.groups('cumulative')].sort((a, b) => (b[0] === 'all' ? 1 : 0) - (a[0] === 'all' ? 1 : 0) || end(b[1]) - end(a[1]));
}
