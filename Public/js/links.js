// Addresses within the page: what is behind a figure, a record's receipt, a planet, the drawer for submissions.
// Not here: what is shown there (provenance.js, views/planet.js, submit.js), and the views' addresses (router.js).

import { parameters, query } from './address.js';

/** @param {string} aggregate @param {string} group as on the board, or in a finer form (docs/API.md) */
export const behind = (aggregate, group) => `#/records/${aggregate}/${encodeURIComponent(group)}`;

/** @param {number} partition @param {number} offset @param {string} [topic] left out for planet-discoveries */
export function receipt(partition, offset, topic) {
  return `#/receipt/${partition}/${offset}${topic ? `/${encodeURIComponent(topic)}` : ''}`;
}

/** Whether the drawer with what is behind a figure is meant.
 * @param {string} hash */
export const isProvenance = (hash) => /^#\/(records|receipt)\//.test(hash);

/** The moment that is shown stays.
 * @param {string} key */
export const planet = (key) => query({ view: 'planet', key, as_of: parameters().as_of });
/** @param {string} host */
export const system = (host) => query({ view: 'system', host, as_of: parameters().as_of });

export const submitAddress = '#/submit';
export const submitFileAddress = '#/submit/file';

/** A part of an address as text; one that isn't encoded properly as it is.
 * @param {string} part */
export function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
