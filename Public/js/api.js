// Requests to docs/API.md: JSON out, problems (RFC 9457) as errors, patience where the server is busy.
// Not here: what the answers are shown as.

/** What went wrong, in the server's words where it had any. */
export class Problem extends Error {
  /** @param {number} status 0 where no answer came @param {any} body @param {number | null} retryAfterSeconds */
  constructor(status, body, retryAfterSeconds) {
    super(body?.title ?? `HTTP ${status}`);
    this.status = status;
    this.title = body?.title ?? '';
    this.detail = body?.detail ?? '';
    /** @type {{field: string, value: string, rule: string, detail: string}[]} */
    this.errors = Array.isArray(body?.errors) ? body.errors : [];
    this.retryAfterSeconds = retryAfterSeconds;
    this.body = body;
  }

  /** Nothing was taken, or nobody knows: the same request with the same Idempotency-Key is safe. */
  get mayRetry() {
    return this.status === 0 || this.status === 409 || this.status === 429 || this.status >= 502;
  }
}

/**
 * @param {string} path relative to the page, e.g. api/planets
 * @param {RequestInit} [options]
 * @returns {Promise<{status: number, body: any, headers: Headers}>}
 */
export async function request(path, options = {}) {
  let response;
  let text;
  try {
    response = await fetch(new URL(path, document.baseURI), options);
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, null, null);
  }
  let body = null;
  try {
    body = text === '' ? null : JSON.parse(text);
  } catch { /* Not JSON: the status has to do. */ }
  if (response.ok) return { status: response.status, body, headers: response.headers };
  throw new Problem(response.status, body, retryAfter(response.headers.get('Retry-After')));
}

/** Seconds or a date (RFC 9110, 10.2.3). @param {string | null} header */
function retryAfter(header) {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/**
 * A request that waits and tries again where the server is busy or away. The options must carry an Idempotency-Key.
 * @param {string} path @param {RequestInit} options @param {number} attempts
 * @param {(seconds: number, attempt: number) => void} onWait
 */
export async function patientRequest(path, options, attempts, onWait) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request(path, options);
    } catch (error) {
      if (!(error instanceof Problem) || !error.mayRetry || attempt >= attempts) throw error;
      const backOff = Math.min(20, 0.5 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      const seconds = Math.max(error.retryAfterSeconds ?? 0, backOff);
      onWait(seconds, attempt);
      await pause(seconds, options.signal ?? null);
    }
  }
}

/** @param {number} seconds @param {AbortSignal | null} signal */
export function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve(undefined);
    }, seconds * 1000);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}
