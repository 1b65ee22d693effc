// The focus stays where it is, with what was typed there, while the page around it is built anew: in another language,
// whose texts may come when the reader has gone on, or in other colours.

/** @param {() => void} rebuild */
export function keepFocus(rebuild) {
  const before = document.activeElement;
  const find = before && wayTo(before);
  rebuild();
  const now = find && !before.isConnected ? find() : null;
  if (!(now instanceof HTMLElement) || now.tagName !== before?.tagName) return;
  now.focus({ preventScroll: true });
  if (!(now instanceof HTMLInputElement && before instanceof HTMLInputElement)) return;
  const { value, selectionStart: start, selectionEnd: end } = before;
  // Only a text has a selection; what is chosen comes from what the page remembers.
  if (start === null) return;
  now.value = value;
  now.setSelectionRange(start, end);
}

/** Finds what stands at an element's place in a page of the same build.
 * @param {Element} element @returns {() => Element | null} */
function wayTo(element) {
  const { id, parentElement: parent } = element;
  if (id) return () => document.getElementById(id);
  if (!parent) return () => element;
  const index = [...parent.children].indexOf(element);
  const findParent = wayTo(parent);
  return () => findParent()?.children[index] ?? null;
}
