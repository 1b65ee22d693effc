// The button "⋯" with a list of what can be done: arrow keys, Home, End, Esc, as menus have them.
// Not here: what is in it (figure.js, export.js).

import { button, h } from './dom.js';

/** `href` makes it a link, `download` one that is saved; `checked` an item that is on or off.
 * @typedef {{text: string, act?: () => void, href?: string, download?: string, checked?: boolean, rule?: boolean}}
 *   Item */

/** @param {string} label of the button @param {() => Item[]} items asked for when it opens */
export function menuButton(label, items) {
  const list = h('div', { class: 'menu-list', role: 'menu', 'aria-label': label, hidden: true });
  const opener = button('⋯', () => (list.hidden ? open() : close(true)), {
    class: 'quiet menu-opener', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': label, title: label,
  });
  const root = h('div', { class: 'menu' }, opener, list);

  /** @param {Item} item */
  function entry(item) {
    const role = item.checked === undefined ? 'menuitem' : 'menuitemcheckbox';
    const shared = {
      role, tabindex: '-1', class: item.rule ? 'rule' : null,
      'aria-checked': item.checked === undefined ? null : String(item.checked),
    };
    const act = () => {
      close(true);
      item.act?.();
    };
    if (item.href !== undefined) {
      const link = { ...shared, href: item.href, download: item.download, on: { click: () => close(false) } };
      return h('a', link, item.text);
    }
    return button(item.text, act, shared);
  }

  function open() {
    list.replaceChildren(...items().map(entry));
    list.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    document.addEventListener('pointerdown', outside, true);
    focus(0);
  }

  /** @param {boolean} returns whether the focus goes back to the button */
  function close(returns) {
    if (list.hidden) return;
    list.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    if (returns) opener.focus();
  }

  /** @param {PointerEvent} event */
  function outside(event) {
    if (event.target instanceof Node && !root.contains(event.target)) close(false);
  }

  /** @param {number} index */
  function focus(index) {
    const all = /** @type {HTMLElement[]} */ ([...list.children]);
    all[(index + all.length) % all.length]?.focus();
  }

  list.addEventListener('keydown', (event) => {
    const now = [...list.children].findIndex((one) => one === document.activeElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      focus(to);
    } else if (event.key === 'Escape') {
      // The dialog that the menu may be in stays open.
      event.preventDefault();
      event.stopPropagation();
      close(true);
    } else if (event.key === 'Tab') close(false);
  });
  return root;
}
