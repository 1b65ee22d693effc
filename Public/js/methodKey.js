// The key of plots by method: a swatch or a line for each, with its name.
// Not here: the colours (charts.js).

import { colours, methodStyle } from './charts.js';
import { h } from './dom.js';
import { known, t } from './i18n.js';
import { SvgSurface } from './plot/svgSurface.js';

/** `all` is the line of all methods.
 * @param {string} method */
export const lineStyle = (method) => (
  method === 'all' ? { colour: colours().ink, dash: [], width: 2.5 } : { ...methodStyle(method), width: 2 });

/** @param {string} method */
export const methodName = (method) => (method === 'all' ? t('all') : known('method', method));

/** @param {string[]} methods @param {boolean} [lines] as lines with their dashes; else as squares */
export function methodKey(methods, lines = false) {
  return h('ul', { class: 'legend method-key' }, methods.map((method) => {
    const surface = new SvgSurface();
    const { colour, dash, width } = lineStyle(method);
    surface.clear(lines ? 26 : 12, 12);
    if (lines) surface.path([0, 6, 26, 6], { stroke: colour, width, dash });
    else surface.rect(0.5, 0.5, 11, 11, { fill: colour });
    surface.element.setAttribute('aria-hidden', 'true');
    return h('li', {}, surface.element, ` ${methodName(method)}`);
  }));
}
