// The live connection: WebSocket first, Server-Sent Events where WebSockets don't get through; reconnects and resumes.
// Not here: what the frames mean (board.js) and how the state is shown (status.js).

/**
 * @typedef {'connecting' | 'live' | 'reconnecting' | 'offline' | 'paused'} LiveState
 *
 * @typedef {object} LiveStatus
 * @property {LiveState} state
 * @property {'' | 'websocket' | 'sse'} transport
 * @property {number} connections how often one was opened
 * @property {boolean} resumed
 */

/** A quiet connection carries a heartbeat every 15 s; after 40 s without one it is dead (docs/LIVE.md). */
const silenceMilliseconds = 40_000;
const openingMilliseconds = 10_000;
const firstDelayMilliseconds = 300;
const longestDelayMilliseconds = 15_000;
/** After so many failures in a row the light says offline; the attempts go on. */
const failuresUntilOffline = 4;
/** After so many WebSockets that never opened, the next attempt is Server-Sent Events. */
const failuresUntilFallback = 2;
/** The server takes one choice of aggregates a second (docs/LIVE.md). */
const choicePauseMilliseconds = 1000;

export class LiveFeed {
  /** @param {Board} board @param {(status: LiveStatus) => void} onStatus */
  constructor(board, onStatus) {
    this.board = board;
    this.onStatus = onStatus;
    /** @type {LiveStatus} */
    this.status = { state: 'connecting', transport: '', connections: 0, resumed: false };
    this.failures = 0;
    /** WebSockets in a row that brought no frame, and whether the present one did. */
    this.unopened = 0;
    this.heard = false;
    this.gaps = 0;
    /** While an earlier board is shown. */
    this.paused = false;
    /** The aggregates that come; null for all.
     * @type {string[] | null} */
    this.selection = null;
    /** The board lacks something of the selection: a token would bring no more than what changes from here on. */
    this.lacking = false;
    /** A stream of another version may lack an aggregate that this page knows: then everything comes. */
    this.cannotChoose = false;
    this.choiceTimer = 0;
    /** The open connection's, which a choice is told.
     * @type {WebSocket | null} */
    this.socket = null;
    /** @type {(() => void) | null} */
    this.closeCurrent = null;
    this.retryTimer = 0;
    /** When, in ms since 1970; 0 while one is under way. */
    this.nextTry = 0;
    this.watchTimer = 0;
    addEventListener('online', () => this.hurry());
    addEventListener('offline', () => this.#lost('offline'));
    // A laptop that wakes up shouldn't sit out its back-off, and its old socket may be dead without anybody knowing.
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.hurry(); });
    addEventListener('pagehide', () => this.#drop());
    addEventListener('pageshow', (event) => { if (event.persisted) this.start(); });
  }

  /** Asks for these aggregates alone from now on, for all with null. A snapshot with them comes.
   * @param {string[] | null} names */
  select(names) {
    const wanted = names && [...new Set(names)].sort();
    if (this.cannotChoose || this.#isSelection(wanted)) return;
    this.selection = wanted;
    this.lacking = true;
    if (this.socket?.readyState === WebSocket.OPEN) this.#sendChoice();
    // One that is opening is told when it is open.
    else if (!this.socket && this.closeCurrent) this.start();
  }

  /** @param {string[] | null} names */
  #isSelection(names) {
    return JSON.stringify(names) === JSON.stringify(this.selection);
  }

  #sendChoice() {
    clearTimeout(this.choiceTimer);
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ aggregates: this.selection }));
  }

  /** Returns what is asked for, too: null for all.
   * @param {URL} address @param {number} failuresUntilWhole */
  #choose(address, failuresUntilWhole) {
    address.searchParams.set('patches', 'true');
    // A choice that is refused looks like a server that can't be reached.
    const asked = this.unopened < failuresUntilWhole ? this.selection : null;
    if (asked) address.searchParams.set('aggregates', asked.join(','));
    return { address, asked };
  }

  /** @param {{errors: Issue[]}} refusal of a choice */
  #refused({ errors }) {
    if (errors.some(({ rule }) => rule === 'too_often')) {
      clearTimeout(this.choiceTimer);
      this.choiceTimer = setTimeout(() => this.#sendChoice(), choicePauseMilliseconds);
      return;
    }
    this.select(null);
    this.cannotChoose = true;
  }

  /** Until `resume`. */
  pause() {
    this.paused = true;
    clearTimeout(this.retryTimer);
    this.retryTimer = 0;
    this.#drop();
    this.#tell({ state: 'paused', transport: '' });
  }

  resume() {
    this.paused = false;
    this.#tell({ state: 'connecting' });
    this.start();
  }

  start() {
    clearTimeout(this.retryTimer);
    this.retryTimer = this.nextTry = 0;
    this.#drop();
    if (this.paused) return;
    const token = this.gaps < 2 && !this.lacking ? this.board.resume : null;
    if (this.unopened % (failuresUntilFallback + 1) === failuresUntilFallback) this.#openEvents();
    else this.#openSocket(token);
  }

  /** @param {string | null} token */
  #openSocket(token) {
    const { address, asked } = this.#choose(new URL('live', document.baseURI), failuresUntilFallback);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    if (token) address.searchParams.set('resume', token);
    /** @type {WebSocket} */
    let socket;
    try {
      socket = new WebSocket(address);
    } catch {
      this.unopened += 1;
      this.#lost();
      return;
    }
    this.socket = socket;
    this.closeCurrent = () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      this.socket = null;
      socket.close();
    };
    this.heard = false;
    this.#watch(openingMilliseconds);
    socket.onopen = () => {
      this.heard = false;
      if (!this.#isSelection(asked)) this.#sendChoice();
      this.#opened('websocket', token !== null);
    };
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = () => {
      // A proxy may let a WebSocket open and nothing through: that counts as one that never opened.
      if (!this.heard) this.unopened += 1;
      this.#lost();
    };
  }

  /** The browser itself sends Last-Event-ID when an EventSource reconnects; a new one starts with a snapshot. */
  #openEvents() {
    const { address } = this.#choose(new URL('api/live', document.baseURI), failuresUntilFallback + 1);
    const source = new EventSource(address);
    this.closeCurrent = () => {
      source.onerror = source.onopen = null;
      source.close();
    };
    this.#watch(openingMilliseconds);
    source.onopen = () => this.#opened('sse', false);
    source.onerror = () => {
      if (this.status.transport !== 'sse') this.unopened += 1;
      this.#lost();
    };
    for (const kind of ['message', 'snapshot', 'delta', 'heartbeat']) {
      source.addEventListener(kind, (event) => this.#received(/** @type {MessageEvent} */ (event).data));
    }
  }

  /** @param {'websocket' | 'sse'} transport @param {boolean} resuming */
  #opened(transport, resuming) {
    this.status = { ...this.status, transport, connections: this.status.connections + 1, resumed: resuming };
    this.#watch(silenceMilliseconds);
    // A resumed viewer that missed nothing receives nothing until the next heartbeat: it is live all the same.
    if (resuming && !this.board.isEmpty) this.#live();
    else this.onStatus(this.status);
  }

  #live() {
    this.failures = 0;
    if (this.status.state !== 'live') this.#tell({ state: 'live' });
  }

  /** @param {Partial<LiveStatus>} change */
  #tell(change) {
    this.status = { ...this.status, ...change };
    this.onStatus(this.status);
  }

  /** @param {string} text */
  #received(text) {
    this.#watch(silenceMilliseconds);
    this.heard = true;
    if (this.status.transport === 'websocket') this.unopened = 0;
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      this.#missed();
      return;
    }
    if (frame.type === 'refused') this.#refused(frame);
    if (frame.type === 'snapshot') {
      if (this.status.resumed && !this.lacking) this.#tell({ resumed: false });
      // Without the member there is everything.
      if (this.#isSelection(frame.selected ?? null)) this.lacking = false;
    }
    const outcome = this.board.apply(frame);
    if (outcome === 'applied') this.gaps = 0;
    if (outcome === 'gap') this.#missed();
    else if (!this.board.isEmpty) this.#live();
  }

  /** A gap in seq. The first one asks for the deltas since; a second one in a row asks for a snapshot. */
  #missed() {
    this.gaps += 1;
    this.#lost();
  }

  /** @param {number} milliseconds */
  #watch(milliseconds) {
    clearTimeout(this.watchTimer);
    this.watchTimer = setTimeout(() => {
      if (this.status.transport === '') this.unopened += 1;
      this.#lost();
    }, milliseconds);
  }

  #drop() {
    clearTimeout(this.watchTimer);
    this.closeCurrent?.();
    this.closeCurrent = null;
  }

  /** @param {LiveState} [state] */
  #lost(state) {
    this.#drop();
    if (this.paused) return;
    this.failures += 1;
    const offline = state === 'offline' || !navigator.onLine || this.failures > failuresUntilOffline;
    this.#tell({ state: offline ? 'offline' : 'reconnecting', transport: '' });
    // Exponential, with jitter over half of it: a thousand viewers of one server must not come back in one instant.
    const ceiling = Math.min(longestDelayMilliseconds, firstDelayMilliseconds * 2 ** Math.min(this.failures - 1, 10));
    clearTimeout(this.retryTimer);
    const delay = ceiling * (0.5 + Math.random() / 2);
    this.nextTry = Date.now() + delay;
    this.retryTimer = setTimeout(() => this.start(), delay);
  }

  /** Tries at once where a try is waited for: the server may be back. */
  hurry() {
    if (this.retryTimer !== 0) this.start();
  }
}
