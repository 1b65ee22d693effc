// Light and dark: what the system prefers, until the reader chooses.
// Not here: the colours (css/tokens.css, css/dark.css).

import { find, remembered, setText } from './dom.js';
import { t } from './i18n.js';

const system = matchMedia('(prefers-color-scheme: dark)');
/** @type {Set<() => void>} */
const listeners = new Set();

let onPaper = false;
let looks = 0;

/** Another number whenever the colours are others. */
export const look = () => looks;

const wantsDark = () => (remembered('theme') ?? (system.matches ? 'dark' : 'light')) === 'dark';

export const isDark = () => !onPaper && wantsDark();

/** While the page is printed: what is drawn then is drawn at once. */
export const isOnPaper = () => onPaper;

function apply() {
  const dark = isDark();
  looks += 1;
  // The dark tokens are one style sheet whose medium is switched: no second copy of the colours.
  find('#dark-tokens', HTMLLinkElement).media = dark ? 'screen' : 'not all';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  relabel();
  for (const listener of listeners) listener();
}

export function relabel() {
  const text = t(isDark() ? 'theme.toLight' : 'theme.toDark');
  setText(find('#theme .unseen', HTMLElement), text);
  find('#theme', HTMLElement).title = text;
}

/** @param {() => void} listener */
export function onTheme(listener) {
  listeners.add(listener);
}

export function startTheme() {
  const toggle = find('#theme', HTMLButtonElement);
  toggle.addEventListener('click', () => {
    remembered('theme', isDark() ? 'light' : 'dark');
    apply();
  });
  toggle.disabled = false;
  system.addEventListener('change', apply);
  // Where the system is light it may come after what is drawn in it.
  find('#dark-tokens', HTMLLinkElement).addEventListener('load', () => isDark() && apply());
  for (const [event, begins] of /** @type {const} */ ([['beforeprint', true], ['afterprint', false]])) {
    addEventListener(event, () => {
      onPaper = begins;
      // Paper is light: what was drawn in light colours can stay.
      if (wantsDark()) apply();
    });
  }
  apply();
}
