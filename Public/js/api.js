// Requests to docs/API.md: JSON out, problems (RFC 9457) as errors, patience where the server is busy.
// Not here: what the answers are shown as.

import { t } from './i18n.js';

/** What went wrong, in the server's words where it had any. */
export class Problem extends Error {
  /** @param {number} status 0: no answer came @param {ProblemBody | null} body @param {number} retryAfterSeconds */
  constructor(status, body, retryAfterSeconds) {
    super(body?.title ?? `HTTP ${status}`);
    this.status = status;
    this.detail = body?.detail ?? '';
    this.errors = body?.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
    this.body = body;
  }

  /** Nothing was taken, or nobody knows: the same request with the same Idempotency-Key is safe. */
  get mayRetry() {
    return this.status === 0 || this.status === 409 || this.status === 429 || this.status >= 502;
  }

  /** For the reader, in one line. */
  get text() {
    if (this.status === 0) return t('form.unreachable');
    return this.detail ? `${this.message}: ${this.detail}` : this.message;
  }
}

/** @type {((response: Response) => void)[]} */
const listeners = [];
let token = '';
/** @type {Record<string, string>} */
let companions = {};

/** @param {string} given sent with every request; '' sends none */
export function authorise(given) {
  token = given;
}

/** @param {Record<string, string>} given header fields that go with every request */
export function accompany(given) {
  companions = given;
}

/** @param {(response: Response) => void} listener is given the head of every answer, whatever its status */
export function onAnswer(listener) {
  listeners.push(listener);
}

/** @param {string} path relative to the page, e.g. api/planets
 * @param {RequestInit} [options] @returns {Promise<Response>} whatever its status */
export function authorised(path, options = {}) {
  const headers = new Headers(options.headers);
  for (const [name, value] of Object.entries(companions)) headers.set(name, value);
  if (token !== '') headers.set('Authorization', `Bearer ${token}`);
  return fetch(new URL(path, document.baseURI), { ...options, headers });
}

/** @param {string} path relative to the page @param {RequestInit} [options]
 * @returns {Promise<any>} the JSON of the answer: a type of types.d.ts, which the caller names */
export async function request(path, options = {}) {
  let response;
  let text;
  try {
    response = await authorised(path, options);
    text = await response.text();
    for (const listener of listeners) listener(response);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, null, 0);
  }
  let body = null;
  try {
    body = text === '' ? null : JSON.parse(text);
  } catch { /* Not JSON: the status has to do. */ }
  if (response.ok) return body;
  throw new Problem(response.status, body, retryAfter(response.headers.get('Retry-After')));
}

/** Seconds or a date (RFC 9110, 10.2.3), in seconds from now.
 * @param {string | null} header */
function retryAfter(header) {
  if (!header) return 0;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}

/** A request that waits and tries again where the server is busy or away. The options must carry an Idempotency-Key.
 * @param {string} path @param {RequestInit} options @param {number} attempts
 * @param {(seconds: number, status: number) => void} onWait @returns {Promise<any>} as `request` */
export async function patientRequest(path, options, attempts, onWait) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request(path, options);
    } catch (error) {
      if (!(error instanceof Problem) || !error.mayRetry || attempt >= attempts) throw error;
      const backOff = Math.min(20, 0.5 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      const seconds = Math.max(error.retryAfterSeconds, backOff);
      onWait(seconds, error.status);
      await pause(seconds, options.signal ?? null);
    }
  }
}

/** What is waited for, to read: a server that is busy, or one that is away.
 * @param {number} seconds @param {number} status of the problem */
export function waitingText(seconds, status) {
  return t(status === 0 ? 'form.away' : 'form.waiting', { n: Math.ceil(seconds) });
}

/** @param {number} seconds @param {AbortSignal | null} [signal] ends the pause early, with an error
 * @returns {Promise<void>} */
export function pause(seconds, signal = null) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}
