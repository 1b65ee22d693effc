// A share of a whole as a small bar.
// Not here: the shares of several kinds in one bar (panels/quality.js).

import { svg } from './dom.js';
import { percent } from './i18n.js';

/** @param {number} share @param {number} [promised] marked in the bar, beside which the share is a number */
export function shareBar(share, promised) {
  const marked = promised !== undefined;
  const height = marked ? 16 : 12;
  const sides = { x: 0, y: height / 2 - 5, height: 10, rx: 2 };
  const name = marked ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': percent(share) };
  return svg('svg', { class: 'count-bar', viewBox: `0 0 100 ${height}`, width: 100, height, ...name },
    svg('rect', { ...sides, width: 100, class: 'trough' }),
    share > 0 && svg('rect', { ...sides, width: Math.max(1, share * 100), class: 'filled' }),
    marked && svg('line', { x1: promised * 100, x2: promised * 100, y1: 0, y2: height, class: 'promised' }));
}
