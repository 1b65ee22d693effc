// The schema's labels, for parts of the page that are drawn before the schema has come.
// Not here: the schema (columns.js).

/** @type {import('./columns.js').Columns | null} */
let columns = null;

/** @param {import('./columns.js').Columns} schema */
export function useLabels(schema) {
  columns = schema;
}

/** @param {string} name @returns {string} the label, or the name itself */
export const columnLabel = (name) => columns?.label(name) ?? name;
/** @param {string} name @returns {string} */
export const columnUnit = (name) => columns?.unit(name) ?? '';
