// Reads the CSV of docs/API.md ("Tables to take away") into columns: comments, quoted fields, line ends of any kind.
// Not here: asking for it (columns.js).

import { breathe } from '../slowly.js';

/** Read at a time: a few milliseconds on a phone. */
const sliceLength = 60_000;

/** @param {string} text @returns {Promise<Map<string, string[]>>} */
export async function readCsv(text) {
  /** @type {string[]} */
  let names = [];
  /** @type {string[][]} */
  let columns = [];
  let at = 0;
  let pause = sliceLength;
  while (at < text.length) {
    if (at > pause) {
      pause = at + sliceLength;
      await breathe();
    }
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    if (names.length === 0 && text[at] === '#') {
      at = end + 1;
      continue;
    }
    // Only a line with quotes has to be read sign by sign; it may go on behind its end.
    const plain = text.slice(at, text[end - 1] === '\r' ? end - 1 : end);
    const { fields, next } = plain.includes('"') ? quoted(text, at) : { fields: plain.split(','), next: end + 1 };
    at = next;
    if (names.length === 0) {
      names = fields;
      columns = names.map(() => []);
    } else if (plain !== '') {
      for (let i = 0; i < columns.length; i += 1) columns[i].push(fields[i] ?? '');
    }
  }
  return new Map(names.map((name, i) => [name, columns[i]]));
}

/** A record with quoted fields (RFC 4180).
 * @param {string} text @param {number} start */
function quoted(text, start) {
  const fields = [];
  let [field, inside, at] = ['', false, start];
  for (; at < text.length; at += 1) {
    const sign = text[at];
    if (inside) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else inside = false;
    } else if (sign === '"') inside = true;
    else if (sign === ',') {
      fields.push(field);
      field = '';
    } else if (sign === '\n') break;
    else if (sign !== '\r') field += sign;
  }
  return { fields: [...fields, field], next: at + 1 };
}
