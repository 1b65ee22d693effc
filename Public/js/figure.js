// A plot with what stands about it: its menu (zoom, sound, files, address) and a button that shows all of it again.
// Not here: the panel around it (panelFrame.js, views/explore.js), and how files are made (export.js).

import { button } from './dom.js';
import { copyAddress, saveCsv, savePng, saveSvg } from './export.js';
import { t } from './i18n.js';
import { menuButton } from './menu.js';
import { sound } from './plot/sound.js';

/**
 * @typedef {object} Figure
 * @property {string} title
 * @property {() => string} [heading] of files, where it says more than the title
 * @property {import('./plot/plot.js').Plot | null} plot null where there is a table alone
 * @property {() => import('./export.js').Legend} [legend]
 * @property {() => string} [count] how many planets are shown
 * @property {() => {columns: string[], rows: (string | number | null | undefined)[][]} | null} [table]
 * @property {() => import('./menu.js').Item[]} [more] further items
 */

/** @param {Figure} figure */
export function figureMenu(figure) {
  const { plot, title } = figure;
  const about = () => ({ title: figure.heading?.() ?? title, count: figure.count?.() });
  const legend = () => figure.legend?.() ?? [];
  return menuButton(t('menu.of', { title }), () => [
    ...(plot?.options.zoom ? [
      { text: t('menu.in'), act: () => plot.zoom(1 / 1.5) }, { text: t('menu.out'), act: () => plot.zoom(1.5) },
    ] : []),
    ...(plot ? [
      { text: t('menu.sound'), checked: sound.isOn, act: () => sound.turn(!sound.isOn) },
      { text: t('menu.svg'), act: () => saveSvg(plot, about(), legend()), rule: true },
      { text: t('menu.png'), act: () => savePng(plot, about(), legend()) },
    ] : []),
    ...(figure.table ? [{ text: t('menu.csv'), act: () => {
      const table = figure.table?.();
      if (table) saveCsv(about(), table.columns, table.rows);
    } }] : []),
    { text: t('menu.address'), act: () => copyAddress() },
    ...(figure.more?.() ?? []),
  ]);
}

/** Files of a list that the API gives, all of it, and the call itself.
 * @param {string} call without format and page @returns {import('./menu.js').Item[]} */
export function tableItems(call) {
  const file = (/** @type {string} */ format) => `${call}${call.includes('?') ? '&' : '?'}format=${format}`;
  return [
    { text: t('menu.csv'), href: file('csv'), download: 'planets.csv' },
    { text: t('menu.votable'), href: file('votable'), download: 'planets.vot' },
    { text: t('menu.ndjson'), href: file('ndjson'), download: 'planets.ndjson' },
    { text: t('menu.call'), href: call, rule: true },
    { text: t('menu.address'), act: () => copyAddress() },
  ];
}

/** Shown while a part is: shows all of it.
 * @param {import('./plot/plot.js').Plot} plot */
export function wholeButton(plot) {
  const whole = button(t('plot.whole'), () => {
    plot.look(null);
    plot.element.focus();
  }, { class: 'quiet', hidden: plot.view === null, 'data-whole': '' });
  const { onView } = plot.options;
  plot.options.onView = (view) => {
    whole.hidden = view === null;
    onView?.(view);
  };
  return whole;
}
