// The bar across the top while no figures come: since when, what is shown meanwhile, and when the next try is.
// Not here: the connection itself (live.js) and its light (status.js).

import { button, find, h, setText } from './dom.js';
import { clock, t } from './i18n.js';

/** A connection that comes back at once needs no bar. */
const patienceMilliseconds = 1500;

/** @param {Board} board @param {() => LiveFeed} feed */
export function offlineBar(board, feed) {
  const place = find('#offline', HTMLElement);
  /** @type {number | null} */
  let since = null;
  let timer = 0;
  const text = h('p', { role: 'status' });
  const next = h('span', { class: 'next-try' });
  const retry = button('', () => feed().hurry());
  place.replaceChildren(text, next, retry);

  /** @param {import('./live.js').LiveStatus} status */
  function show({ state }) {
    const isAway = state === 'reconnecting' || state === 'offline';
    if (!isAway) since = null;
    else since ??= Date.now();
    clearInterval(timer);
    if (isAway) timer = setInterval(draw, 500);
    draw();
  }

  function draw() {
    const isLate = since !== null && Date.now() - since > patienceMilliseconds;
    place.hidden = !isLate;
    document.documentElement.classList.toggle('stale', isLate);
    if (!isLate || since === null) return;
    setText(text, t(board.isEmpty ? 'offline.nothing' : 'offline.since', { time: clock(since) }));
    const seconds = Math.max(0, Math.ceil((feed().nextTry - Date.now()) / 1000));
    setText(next, feed().nextTry > 0 ? t('offline.next', { n: seconds }) : t('offline.trying'));
    setText(retry, t('offline.now'));
  }
  return { show };
}
