// The connection light: a colour, a word, and when the newest frame came.
// Not here: the connection itself (live.js).

import { byId, setText } from './dom.js';
import { clock, t } from './i18n.js';

/** @param {import('./board.js').Board} board */
export function connectionLight(board) {
  const light = byId('connection');
  const word = light.querySelector('.light-text');
  const time = light.querySelector('.light-time');
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
    // Not part of the spoken status: a clock that ticks ten times a second would never stop talking.
    time.setAttribute('aria-hidden', 'true');
    time.dateTime = new Date(board.time).toISOString();
    setText(time, clock(board.time));
  }

  board.listeners.add(() => {
    light.dataset.seq = String(board.seq);
    if (performance.now() - shownAt < 250) return;
    shownAt = performance.now();
    stamp();
  });
  setInterval(stamp, 1000);
  return { show, relabel: () => { if (status) show(status); } };
}
