// Parts of the page that are loaded when they are first needed: views, the form, the drawers, French. Where one can't
// be had the page says so and tries again when the server is there; where that has another build of the page, whose
// parts have other names, it loads that one. Not here: who needs which part (router.js, submit.js, behind.js, main.js).

import { button, find, h } from './dom.js';
import { t } from './i18n.js';

/** A page that has just been loaded anew does not do so again by itself. */
const reloadPauseMilliseconds = 10_000;

/** Goes on with all parts that wait.
 * @type {(() => void) | null} */
let goOn = null;
/** @type {Promise<void> | null} */
let waiting = null;

/** @template T @param {() => Promise<T>} load an import @returns {Promise<T>} as soon as it can be had */
export async function part(load) {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await load();
    } catch {
      await (waiting ??= missing(attempts > 1));
    }
  }
}

/** Before it is asked for, as soon as the reader seems to go there.
 * @param {(() => Promise<unknown>) | undefined} load */
export function expect(load) {
  load?.().catch(() => { /* The one that needs it says so. */ });
}

/** The server is there again, or nobody waits any more. */
export function tryAgain() {
  goOn?.();
}

/** @param {boolean} isAgain whether it was missing before, a moment ago */
async function missing(isAgain) {
  const server = await answer();
  const isOther = server === 'another build';
  // A browser may remember that a part could not be loaded.
  if ((isOther || (isAgain && server === 'this build')) && mayLeave()) await leave();
  const place = find('#missing-part', HTMLElement);
  /** @type {Promise<void>} */
  const asked = new Promise((resolve) => { goOn = resolve; });
  const [text, action] = isOther ? ['part.otherBuild', 'part.load']
    : [server === 'none' ? 'part.away' : 'part.missing', 'part.again'];
  place.replaceChildren(h('p', {}, t(text)), button(t(action), () => (isOther ? leave() : tryAgain())));
  place.hidden = false;
  await asked;
  place.hidden = true;
  goOn = waiting = null;
}

/** Whether the server is there, and with the build of the page that this is. */
async function answer() {
  try {
    const page = await fetch(document.baseURI, { cache: 'no-store' });
    const own = document.querySelector('script[type=module]')?.getAttribute('src') ?? '';
    if (!page.ok) return 'none';
    return (await page.text()).includes(own) ? 'this build' : 'another build';
  } catch {
    return 'none';
  }
}

/** Everything that is shown stands in the address; what is typed into the form and what is being sent does not. */
function mayLeave() {
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = document.querySelectorAll('#discovery-form :is(input:not([type=radio]), select, textarea)');
  const isBusy = [...fields].some(({ value }) => value !== '')
    || document.querySelector('[data-import=running]') !== null;
  const [entry] = performance.getEntriesByType('navigation');
  const isAnew = entry instanceof PerformanceNavigationTiming && entry.type === 'reload';
  return !isBusy && !(isAnew && performance.now() < reloadPauseMilliseconds);
}

/** @returns {Promise<never>} */
function leave() {
  location.reload();
  return new Promise(() => {});
}
