// Addresses within the page that lead to what stands behind a figure, and to a record's receipt.
// Not here: what is shown there (provenance.js).

/** @param {string} aggregate @param {string} group as on the board, or in a finer form (docs/API.md) */
export const behind = (aggregate, group) => `#/records/${aggregate}/${encodeURIComponent(group)}`;

/** @param {number} partition @param {number} offset @param {string} [topic] left out for planet-discoveries */
export const receipt = (partition, offset, topic) => `#/receipt/${partition}/${offset}${topic ? `/${encodeURIComponent(topic)}` : ''}`;

/** @param {string} key */
export const planet = (key) => `#/planet/${encodeURIComponent(key)}`;
