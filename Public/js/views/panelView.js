// A view of panels: in one or more grids, each with a heading of its own where it has one. What is chosen in a panel
// stands in the address as PANEL.CHOICE. Not here: how panels are drawn (../panelHost.js).

import { h } from '../dom.js';
import { t } from '../i18n.js';
import { PanelHost } from '../panelHost.js';
import { startCards } from '../start.js';

/** A view without figures is shown as it is after so long. */
const longestWaitMilliseconds = 3000;

/** `about` is the key of a text; `lead` stands above the grid.
 * @typedef {{panels: Panel[], layout?: string, about?: string, lead?: HTMLElement}} Group */

/** @param {HTMLElement} place @param {ViewContext} context @param {Group[]} groups
 * @returns {ShownView & {host: PanelHost}} */
export function showPanels(place, context, groups) {
  const { board } = context;
  const grids = groups.map(({ panels, layout = 'grid' }) => ({ panels, place: h('div', { class: layout }) }));
  const host = new PanelHost(grids, context);

  function label() {
    place.replaceChildren(startCards(context));
    groups.forEach(({ about, lead }, i) => {
      if (about) place.append(h('p', { class: 'section-note' }, t(about)));
      if (lead) place.append(lead);
      place.append(grids[i].place);
    });
  }
  const check = () => {
    // A moment before the first record is not the present.
    const isEmpty = !board.isEmpty && board.count('totals', 'records') === 0 && !context.asOf.isEarlier;
    place.classList.toggle('empty', isEmpty);
  };
  board.listeners.add(check);
  const reveal = () => place.classList.remove('waiting');
  place.classList.add('waiting');
  host.onDraw = reveal;
  setTimeout(reveal, longestWaitMilliseconds);
  check();
  label();
  return {
    host,
    show: (params) => host.show(params),
    hide: () => host.unmount(),
    relabel() {
      label();
      host.mount();
    },
  };
}
