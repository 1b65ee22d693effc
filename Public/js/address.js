// The page's address: ?view=NAME and what that view shows, ?as_of=POINT, and behind the # what lies over the view.
// Not here: what the parts mean (router.js, asOf.js, links.js).

/** @returns {Record<string, string>} what stands behind the "?" */
export const parameters = () => Object.fromEntries(new URLSearchParams(location.search));

/** What is read by people stays readable: the signs that need no escape here have none.
 * @param {ViewParameters} params those without a value are left out */
export function query(params) {
  const given = Object.entries(params).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const part = (/** @type {string} */ text) => encodeURIComponent(text).replace(/%(2F|3A|2C)/g, decodeURIComponent);
  const text = given.map(([name, value]) => `${part(name)}=${part(String(value))}`).join('&');
  return text ? `?${text}` : '';
}

/** @param {ViewParameters} params @param {string} [hash] */
const address = (params, hash = '') => `${location.pathname}${query(params)}${hash}`;

/** Goes there, as a step that the browser's "back" takes back.
 * @param {ViewParameters} params @param {string} [hash] */
export function go(params, hash = '') {
  const before = location.hash;
  history.pushState(null, '', address(params, hash));
  // The browser says nothing of a step that the page makes itself.
  dispatchEvent(new PopStateEvent('popstate'));
  if (location.hash !== before) dispatchEvent(new HashChangeEvent('hashchange'));
}

/** Goes to an address within the page, as a link to it does.
 * @param {string} target such as "?view=planets" or "#/records/totals/planets" */
export function follow(target) {
  if (target.startsWith('#')) {
    location.hash = target;
    return;
  }
  const url = new URL(target, location.href);
  go(Object.fromEntries(url.searchParams), url.hash);
  scrollTo(0, 0);
}

/** The same step under another address: what is typed or chosen is no step of its own.
 * @param {ViewParameters} params @param {string} [hash] */
export function rename(params, hash = location.hash) {
  history.replaceState(null, '', address(params, hash));
}
