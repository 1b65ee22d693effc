// Elements made from JavaScript: tag, attributes, children; text always becomes a text node.
// Not here: anything that reads markup. No data ever reaches innerHTML.

/**
 * @typedef {string | number | Node | null | undefined | false} Child
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `on` holds listeners; true is an empty attribute; null and false leave it out
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. @param {string} tag @param {Record<string, any>} [attributes] @param {...any} children */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** @param {Element} element @param {Record<string, any>} attributes @param {any[]} children */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, /** @type {any} */ (listener));
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false).map(
    (child) => (child instanceof Node ? child : String(child))));
  return element;
}

/** Changes the text only where it differs, so that assistive technology isn't told of nothing. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} id @returns {any} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/** A key nobody else has. crypto.randomUUID needs a secure context; this works on plain http in a local network too. */
export function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @type {Map<string, string>} */
const sessionChoices = new Map();

/** Remembers a choice; where the browser forbids storage, until the page is left. @param {string} name @param {string} [value] */
export function remembered(name, value) {
  if (value !== undefined) sessionChoices.set(name, value);
  try {
    if (value !== undefined) localStorage.setItem(`planetarium.${name}`, value);
    return localStorage.getItem(`planetarium.${name}`);
  } catch {
    return sessionChoices.get(name) ?? null;
  }
}
