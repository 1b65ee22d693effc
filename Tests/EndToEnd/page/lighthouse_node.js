// Runs the Lighthouse that is in Chromium's own DevTools: `node --experimental-websocket lighthouse_node.js PORT` with
// JSON [{url, formFactor}] on standard input; writes Lighthouse's result for each as a line of JSON. PORT is Chromium's
// for remote debugging; it hands out DevTools, too, so nothing of Lighthouse is in this repository.
// Not here: what is asked of it, and what is said of the results (lighthouse.py).
const { EventEmitter } = require("node:events");
const vm = require("node:vm");

const root = `http://127.0.0.1:${process.argv[2]}`;
const bundle = "devtools/third_party/lighthouse/lighthouse-dt-bundle.js";

// As Lighthouse runs from its command line; DevTools' own configuration leaves emulation to DevTools.
const desktop = {
  formFactor: "desktop",
  throttling: {
    rttMs: 40, throughputKbps: 10240, cpuSlowdownMultiplier: 1,
    requestLatencyMs: 0, downloadThroughputKbps: 0, uploadThroughputKbps: 0,
  },
  screenEmulation: { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false },
};
const mobile = {
  formFactor: "mobile",
  screenEmulation: { mobile: true, width: 412, height: 823, deviceScaleFactor: 1.75, disabled: false },
};

/** What Lighthouse asks of puppeteer's session, over one socket to the browser. */
class Session extends EventEmitter {
  constructor(browser, sessionId) {
    super();
    this.browser = browser;
    this.sessionId = sessionId;
    this.setMaxListeners(0);
    browser.sessions.set(sessionId, this);
  }

  id() {
    return this.sessionId;
  }

  send(method, params = {}) {
    return this.browser.send(method, params, this.sessionId);
  }

  async detach() {
    this.browser.sessions.delete(this.sessionId);
    await this.browser.send("Target.detachFromTarget", { sessionId: this.sessionId });
  }

  take(method, params) {
    this.emit("*", method, params);
    this.emit(method, params);
    if (method === "Target.attachedToTarget") {
      this.emit("sessionattached", new Session(this.browser, params.sessionId));
    }
  }
}

class Browser {
  static async connect() {
    const { webSocketDebuggerUrl } = await (await fetch(`${root}/json/version`)).json();
    const browser = new Browser(new WebSocket(webSocketDebuggerUrl));
    await new Promise((resolve, reject) => {
      browser.socket.addEventListener("open", resolve);
      browser.socket.addEventListener("error", reject);
    });
    return browser;
  }

  constructor(socket) {
    this.socket = socket;
    this.sessions = new Map();
    this.waiting = new Map();
    this.last = 0;
    socket.addEventListener("message", ({ data }) => this.take(JSON.parse(data)));
  }

  take({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      this.sessions.get(sessionId)?.take(method, params);
      return;
    }
    const { resolve, reject, asked } = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) reject(new Error(`Protocol error (${asked}): ${error.message}`));
    else resolve(result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.last;
    this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject, asked: method }));
  }

  /** A new tab in a context of its own, as Lighthouse asks of puppeteer's page. */
  async page() {
    const { browserContextId } = await this.send("Target.createBrowserContext");
    let url = "about:blank";
    const { targetId } = await this.send("Target.createTarget", { url, browserContextId });
    const createCDPSession = async () => {
      const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
      const session = new Session(this, sessionId);
      session.on("Page.frameNavigated", ({ frame }) => { if (!frame.parentId) url = frame.url; });
      session.on("Page.navigatedWithinDocument", (event) => { url = event.url; });
      return session;
    };
    return {
      url: () => url,
      target: () => ({ createCDPSession }),
      close: () => this.send("Target.disposeBrowserContext", { browserContextId }),
    };
  }
}

async function main() {
  let input = "";
  for await (const part of process.stdin) input += part;
  // The bundle is made for a worker of DevTools; what it puts over Node's Buffer stays in there.
  const worker = vm.createContext({
    AbortController, Event, EventTarget, TextDecoder, TextEncoder, URL, URLSearchParams, atob, btoa, clearInterval,
    clearTimeout, console, crypto, fetch, performance, queueMicrotask, setInterval, setTimeout, structuredClone,
  });
  vm.runInContext("var self = globalThis, global = globalThis;", worker);
  vm.runInContext(await (await fetch(`${root}/${bundle}`)).text(), worker);
  // Whose an address is: here all are the page's own.
  worker.thirdPartyWeb.provideThirdPartyWeb({ getEntity: () => undefined, getProduct: () => undefined });
  const browser = await Browser.connect();
  for (const { url, formFactor } of JSON.parse(input)) {
    const page = await browser.page();
    const config = { extends: "lighthouse:default", settings: formFactor === "desktop" ? desktop : mobile };
    const { lhr } = await worker.navigation(page, url, { config, flags: { logLevel: "silent" } });
    await page.close();
    // The process ends as soon as it may: not before all of it is written.
    await new Promise((done) => process.stdout.write(`${JSON.stringify(lhr)}\n`, done));
  }
  process.exit(0);
}

main();
