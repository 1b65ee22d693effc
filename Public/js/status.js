// The connection light: a colour, a word, and when the newest frame came.
// Not here: the connection itself (live.js).

import { find, setText } from './dom.js';
import { clock, t } from './i18n.js';

const shortestPauseMilliseconds = 250;

/** @param {Board} board */
export function connectionLight(board) {
  const light = find('#connection', HTMLElement);
  const word = find('#connection .light-text', HTMLElement);
  const time = find('#connection .light-time', HTMLTimeElement);
  /** @type {import('./live.js').LiveStatus | null} */
  let status = null;
  let shownAt = 0;

  /** @param {import('./live.js').LiveStatus} next */
  function show(next) {
    status = next;
    light.dataset.connection = next.state;
    light.dataset.transport = next.transport;
    light.dataset.connections = String(next.connections);
    light.dataset.resumed = String(next.resumed);
    setText(word, t(`light.${next.state}`));
    light.title = t(`light.${next.state}.help`);
    stamp();
  }

  function stamp() {
    light.dataset.seq = String(board.seq);
    light.dataset.epoch = board.epoch;
    if (board.isEmpty) return;
    // Not part of the spoken status: a screen reader would read a ticking clock without end.
    time.setAttribute('aria-hidden', 'true');
    time.hidden = false;
    time.dateTime = new Date(board.time).toISOString();
    setText(time, clock(board.time));
  }

  board.listeners.add(() => {
    light.dataset.seq = String(board.seq);
    if (performance.now() - shownAt < shortestPauseMilliseconds) return;
    shownAt = performance.now();
    stamp();
  });
  setInterval(stamp, 1000);
  return { show, relabel: () => { if (status) show(status); } };
}
