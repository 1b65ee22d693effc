// Brings the drawer with what is behind a figure when an address asks for it first, and follows addresses until then.
// Not here: the drawer (provenance.js), which follows them itself.

import { isProvenance } from './links.js';
import { expect, part } from './parts.js';

const load = () => import('./provenance.js');

/** Returns what shows the drawer anew where it is open: in another language.
 * @param {Schema} schema @param {AsOf} asOf */
export function followProvenance(schema, asOf) {
  /** @type {import('./provenance.js').Provenance | null} */
  let drawer = null;
  let isComing = false;
  const bring = async () => {
    const { Provenance } = await part(load);
    drawer = new Provenance(schema, asOf);
    drawer.follow();
  };
  const look = () => {
    if (isComing || !isProvenance(location.hash)) return;
    isComing = true;
    bring();
  };
  for (const step of ['popstate', 'hashchange']) addEventListener(step, look);
  for (const hint of ['pointerover', 'focusin']) {
    document.addEventListener(hint, ({ target }) => {
      if (!drawer && target instanceof Element && target.closest('a[href^="#/re"]')) expect(load);
    });
  }
  // Esc closes the drawer also while it is on its way.
  addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || drawer || !isProvenance(location.hash)) return;
    history.replaceState(null, '', location.pathname + location.search);
  });
  look();
  return () => drawer?.follow();
}
