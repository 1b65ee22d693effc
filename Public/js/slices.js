// Cuts a CSV or NDJSON file into slices of whole records while it is read; the file is never in memory as a whole.
// Not here: sending the slices (import.js). CSV as in RFC 4180; lines that begin with # are comments (docs/API.md).

/**
 * @typedef {object} Slice
 * @property {string | File} body what to send: for CSV the header, then the records
 * @property {number} bodyLines lines of the header at the top of the body
 * @property {number} firstLine line in the file of the first record line
 * @property {number} bytesRead bytes of the file read so far
 */

const mostRecords = 1000;
const mostCharacters = 400_000;
/** A record longer than this is an unclosed quote: its first line goes alone, for the server to refuse. */
const longestRecord = 100_000;
const longestLine = 1_000_000;

export class UnreadableFile extends Error {
  /** @param {number} line */
  constructor(line) {
    super(`line ${line} is too long`);
    this.line = line;
  }
}

/** @param {AsyncIterable<{text: string, bytesRead: number}>} pieces @param {'csv' | 'ndjson'} format
 * @returns {AsyncGenerator<Slice>} */
export async function* slices(pieces, format) {
  const cutter = new Cutter(format === 'csv');
  let read = 0;
  for await (const { text, bytesRead } of pieces) {
    read = bytesRead;
    cutter.push(text);
    for (const slice of cutter.cut(false)) yield { ...slice, bytesRead };
  }
  for (const slice of cutter.cut(true)) yield { ...slice, bytesRead: read };
}

/** Whether a comment is a header that stands behind its sign, as in `# name,mass`; `record`: the line after it.
 * @param {string} comment @param {string} record */
function isHeader(comment, record) {
  const fields = comment.slice(1).trim().split(/[,;\t|]/);
  return fields.length > 1 && /^"?(pl_name|name|planet|nom|planet_name)"?$/i.test(fields[0].trim())
    && record.split(/[,;\t|]/).length >= fields.length
    && !/(^|[,;\t|])"?(pl_name|name|planet|nom|planet_name)"?([,;\t|]|$)/i.test(record.trim());
}

class Cutter {
  /** @param {boolean} csv */
  constructor(csv) {
    this.csv = csv;
    this.buffer = '';
    /** Where the record at hand begins, how far it was scanned, and whether that place is inside quotes. */
    this.start = 0;
    this.scanned = 0;
    this.quoted = false;
    /** The record at hand has an unclosed quote, which in a common body would swallow the records after it. */
    this.broken = false;
    this.line = 1;
    /** @type {string | null} */
    this.header = null;
    this.headerLines = 0;
    /** The last one before the header. */
    this.comment = '';
    /** @type {string[]} */
    this.taken = [];
    this.takenCharacters = 0;
    this.takenRecords = 0;
    this.firstLine = 1;
  }

  /** @param {string} text */
  push(text) {
    this.buffer = this.buffer.slice(this.start) + text;
    this.scanned -= this.start;
    this.start = 0;
  }

  /** @param {boolean} end @returns {Generator<Omit<Slice, 'bytesRead'>>} */
  * cut(end) {
    for (let record = this.#next(end); record !== null; record = this.#next(end)) {
      const lines = countLines(record);
      const counts = record.trim() !== '' && !(this.csv && record.startsWith('#'));
      if (this.csv && this.header === null) {
        if (this.line === 1 && /^\ufeff?sep=.\r?\n?$/i.test(record)) {
          this.line += lines;
          continue;
        }
        if (counts && isHeader(this.comment, record)) {
          this.#begin(`${this.comment.slice(1).trim()}\n`);
        } else {
          if (counts) this.#begin(record.endsWith('\n') ? record : `${record}\n`);
          else if (record.startsWith('#')) this.comment = record;
          this.line += lines;
          continue;
        }
      }
      if (this.broken && this.takenRecords > 0) yield this.#flush();
      if (this.taken.length === 0) this.firstLine = this.line;
      this.taken.push(record);
      this.takenCharacters += record.length;
      this.takenRecords += counts ? 1 : 0;
      this.line += lines;
      if (this.broken || this.#isFull) yield this.#flush();
    }
    if (end && this.takenRecords > 0) yield this.#flush();
  }

  /** @param {string} header */
  #begin(header) {
    this.header = header;
    this.headerLines = countLines(header);
  }

  get #isFull() {
    return this.takenRecords >= mostRecords || this.takenCharacters >= mostCharacters;
  }

  #flush() {
    const slice = {
      body: (this.header ?? '') + this.taken.join(''),
      bodyLines: this.headerLines,
      firstLine: this.firstLine,
    };
    this.taken = [];
    this.takenCharacters = this.takenRecords = 0;
    return slice;
  }

  /** The next record with its line end, or null where more text is needed.
   * @param {boolean} end @returns {string | null} */
  #next(end) {
    const { buffer } = this;
    // Comments have no quotes: an apostrophe there must not swallow the lines after it.
    const comment = this.csv && buffer[this.start] === '#';
    for (let at = this.scanned; at < buffer.length; at += 1) {
      const code = buffer.charCodeAt(at);
      if (code === 34 && this.csv && !comment) this.quoted = !this.quoted;
      else if (code === 10 && !this.quoted) return this.#take(at + 1);
    }
    this.scanned = buffer.length;
    const waiting = buffer.length - this.start;
    if (this.quoted && (end || waiting > longestRecord)) {
      const firstEnd = buffer.indexOf('\n', this.start);
      if (firstEnd >= 0) {
        const record = this.#take(firstEnd + 1);
        this.broken = true;
        return record;
      }
    }
    if (waiting > longestLine) throw new UnreadableFile(this.line);
    if (end && waiting > 0) return this.#take(buffer.length);
    return null;
  }

  /** @param {number} end */
  #take(end) {
    const record = this.buffer.slice(this.start, end);
    this.start = this.scanned = end;
    this.quoted = this.broken = false;
    return record;
  }
}

/** @param {string} text */
function countLines(text) {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return text.endsWith('\n') || text === '' ? lines : lines + 1;
}
