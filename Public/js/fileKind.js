// What a chosen file is, by how it begins, and its text piece by piece: packed or not, in UTF-8 or UTF-16.
// Not here: cutting the text into slices (slices.js). What is no text of lines is left to the server as a whole.

/** @typedef {'csv' | 'ndjson' | 'json' | 'whole'} Kind */
/**
 * @typedef {object} FileKind
 * @property {Kind} kind whole: a VOTable, an IPAC table, ECSV, or no table at all
 * @property {string} encoding
 * @property {boolean} packed
 * @property {boolean} carriageReturns lines end with CR alone
 */

const startBytes = 4096;
const packers = [[0x1f, 0x8b, 0x08]];
/** ZIP archives (workbooks), old workbooks, PDF, and other files that are no text. */
const foreign = [
  [0x50, 0x4b, 3, 4], [0xd0, 0xcf, 0x11, 0xe0], [0x25, 0x50, 0x44, 0x46], [0x42, 0x5a, 0x68], [0xfd, 0x37],
];

/** @param {File} file @returns {Promise<FileKind>} */
export async function kindOf(file) {
  let start = new Uint8Array(await file.slice(0, startBytes).arrayBuffer());
  const packed = packers.some((mark) => begins(start, mark));
  if (packed) start = await beginning(file);
  const encoding = begins(start, [0xff, 0xfe]) ? 'utf-16le' : begins(start, [0xfe, 0xff]) ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(start, { stream: true });
  const first = text.trimStart();
  const base = { encoding, packed, carriageReturns: text.includes('\r') && !text.includes('\n') };
  if (foreign.some((mark) => begins(start, mark)) || text.includes('\0')) return { ...base, kind: 'whole' };
  if (/^([<\\|]|# %ECSV)/.test(first)) return { ...base, kind: 'whole' };
  if (first.startsWith('[')) return { ...base, kind: 'json' };
  if (first.startsWith('{')) return { ...base, kind: /^\{.*\}\s*$/.test(first.split(/[\r\n]/)[0]) ? 'ndjson' : 'json' };
  return { ...base, kind: /\.(ndjson|jsonl)(\.gz)?$/i.test(file.name) ? 'ndjson' : 'csv' };
}

/** The first bytes of a packed file, unpacked.
 * @param {File} file */
async function beginning(file) {
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const { value } = await reader.read();
  await reader.cancel().catch(() => {});
  return (value ?? new Uint8Array()).slice(0, startBytes);
}

/** @param {Uint8Array} bytes @param {number[]} mark */
function begins(bytes, mark) {
  return mark.every((byte, i) => bytes[i] === byte);
}

/** The file's text, decoded strictly, with how many bytes of the file were read for it.
 * @param {File} file @param {FileKind} kind @returns {AsyncGenerator<{text: string, bytesRead: number}>} */
export async function* textOf(file, kind) {
  let bytesRead = 0;
  const counted = file.stream().pipeThrough(new TransformStream({
    transform(chunk, controller) {
      bytesRead += chunk.length;
      controller.enqueue(chunk);
    },
  }));
  const stream = kind.packed ? counted.pipeThrough(new DecompressionStream('gzip')) : counted;
  const reader = stream.getReader();
  const decoder = new TextDecoder(kind.encoding, { fatal: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      yield { text: kind.carriageReturns ? text.replaceAll('\r', '\n') : text, bytesRead };
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** A JSON array, or one object, as lines.
 * @param {File} file @param {FileKind} kind
 * @returns {AsyncGenerator<{text: string, bytesRead: number}>} */
export async function* linesOfJSON(file, kind) {
  let all = '';
  for await (const { text } of textOf(file, kind)) all += text;
  const parsed = JSON.parse(all);
  const records = Array.isArray(parsed) ? parsed : [parsed];
  for (let i = 0; i < records.length; i += 1000) {
    const text = records.slice(i, i + 1000).map((record) => `${JSON.stringify(record)}\n`).join('');
    yield { text, bytesRead: Math.round(file.size * Math.min(1, (i + 1000) / records.length)) };
  }
}
