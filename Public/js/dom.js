// Elements made from JavaScript: tag, attributes, children; text always becomes a text node.
// Not here: anything that reads markup. No data ever reaches innerHTML.

/** @template {keyof HTMLElementTagNameMap} K @param {K} tag
 * @param {Attributes<HTMLElementTagNameMap[K]>} [attributes] @param {...Child} children */
export function h(tag, attributes = {}, ...children) {
  const { on = {}, ...plain } = attributes;
  const element = fill(document.createElement(tag), plain, children);
  for (const [event, listener] of Object.entries(on)) {
    element.addEventListener(event, /** @type {EventListener} */ (listener));
  }
  return element;
}

/** The same for SVG.
 * @template {keyof SVGElementTagNameMap} K @param {K} tag @param {Record<string, Attribute>} [attributes]
 * @param {...Child} children */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** @template {Element} E @param {E} element @param {Record<string, unknown>} attributes @param {Child[]} children */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : name === 'value' ? String(value) : visible(String(value)));
  }
  const shown = /** @type {Leaf[]} */ (children.flat(2)).filter((child) => child || child === 0 || child === '');
  element.append(...shown.map((child) => (child instanceof Node ? child : visible(String(child)))));
  return element;
}

/** @param {Child} text @param {() => void} onClick @param {Attributes<HTMLButtonElement>} [attributes] */
export function button(text, onClick, attributes = {}) {
  return h('button', { type: 'button', ...attributes, on: { click: onClick } }, text);
}

/** A form that the page itself sends.
 * @param {Attributes<HTMLFormElement>} attributes @param {() => void} onSubmit @param {...Child} children */
export function form(attributes, onSubmit, ...children) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    onSubmit();
  };
  return h('form', { ...attributes, on: { submit } }, ...children);
}

/** Terms and their texts; a term without a text is left out.
 * @param {Attributes<HTMLDListElement>} attributes
 * @param {[term: string, text: Child, attributes?: Record<string, Attribute>][]} rows */
export function terms(attributes, rows) {
  const given = rows.filter(([, text]) => text || text === 0);
  return h('dl', attributes, given.flatMap(([term, text, own]) => [h('dt', {}, term), h('dd', own, text)]));
}

/** The head of a table.
 * @param {Child[]} columns */
export function tableHead(columns) {
  return h('thead', {}, h('tr', {}, columns.map((column) => h('th', { scope: 'col' }, column))));
}

/** A region of its own that scrolls, also by keyboard.
 * @param {string} name @param {Child} content */
export function scroller(name, content) {
  return h('div', { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': name }, content);
}

/** Changes the text only where it differs, so that screen readers stay silent.
 * @param {Element} element @param {string} text */
export function setText(element, text) {
  const shown = visible(text);
  if (element.textContent !== shown) element.textContent = shown;
}

/** What the server has taken before it refused such characters can't turn the page's text around, or hide in it.
 * @param {string} text */
function visible(text) {
  // Controls but for line ends, embeddings and overrides of direction, isolates that are not the page's own.
  return text.replace(/[\0-\b\v\f\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067]/g, '\ufffd');
}

/** An element of index.html.
 * @template {Element} T @param {string} selector @param {new () => T} type */
export function find(selector, type) {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`index.html has no ${selector} that is a ${type.name}`);
  return element;
}

/** A key nobody else has. crypto.randomUUID needs a secure context; this works over plain http as well. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @type {Map<string, string>} */
const sessionChoices = new Map();

/** Remembers a choice; where the browser forbids storage, until the page is left.
 * @param {string} name @param {string} [value] left out: only asks */
export function remembered(name, value) {
  if (value !== undefined) sessionChoices.set(name, value);
  try {
    if (value !== undefined) localStorage.setItem(`planetarium.${name}`, value);
    return localStorage.getItem(`planetarium.${name}`);
  } catch {
    return sessionChoices.get(name) ?? null;
  }
}
