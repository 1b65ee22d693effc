// Where else a planet and its star are told of. Names are encoded as each site's addresses ask for.
// Not here: addresses within the page (../links.js).

import { h } from '../dom.js';
import { t } from '../i18n.js';

/** @param {string} name of a planet or a star @param {string} host its star
 * @returns {[site: string, address: string][]} */
export function sites(name, host) {
  const [object, star] = [encodeURIComponent(name), encodeURIComponent(host || name)];
  // ADS: a phrase in quotes; a quote in a name would end it.
  const phrase = encodeURIComponent(`object:"${(host || name).replaceAll('"', '')}"`);
  return [
    ['NASA Exoplanet Archive', `https://exoplanetarchive.ipac.caltech.edu/overview/${object}`],
    ['SIMBAD', `https://simbad.cds.unistra.fr/simbad/sim-basic?Ident=${star}`],
    ['ExoFOP', `https://exofop.ipac.caltech.edu/tess/gototicid.php?target=${star}`],
    ['ADS', `https://ui.adsabs.harvard.edu/search/q=${phrase}&sort=date%20desc`],
  ];
}

/** @param {string} name @param {string} host */
export function siteLinks(name, host) {
  return h('p', { class: 'site-links', 'data-sites': '' }, `${t('system.elsewhere')} `, sites(name, host).map(
    ([site, href]) => h('a', { href, target: '_blank', rel: 'noreferrer noopener' }, site)));
}
