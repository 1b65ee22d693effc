// The `pm` object that the collection's scripts see: the part of Postman's API they use, strict.
// Not a Postman: no cookies, no setNextRequest, no sendRequest; whatever is not here throws.
'use strict';
const vm = require('node:vm');
const { makeExpect, AssertionError, show } = require('./expect.js');

/** An object whose unknown names throw instead of being undefined. */
function strict(name, members) {
  return new Proxy(members, {
    get(target, key) {
      if (typeof key === 'symbol' || key === 'then') return undefined;
      if (!Object.hasOwn(target, key)) throw new TypeError(`${name}.${key} is not known to this runner`);
      return target[key];
    },
    set(_, key) { throw new TypeError(`${name}.${String(key)} cannot be set`); },
  });
}

/** Scopes from the narrowest: local, environment, collection. Postman's order. */
class Variables {
  constructor(environment, collection) {
    this.local = new Map();
    this.environment = new Map(environment);
    this.collection = new Map(collection);
  }

  lookup(name) {
    for (const scope of [this.local, this.environment, this.collection]) if (scope.has(name)) return scope.get(name);
    return undefined;
  }

  /** Replaces {{name}}; a name without a value is an error, where Postman would send the braces. */
  fill(text) {
    let out = text;
    for (let depth = 0; /\{\{[^{}]+\}\}/.test(out); depth += 1) {
      if (depth === 5) throw new Error(`variables go round in circles in ${show(text)}`);
      out = out.replace(/\{\{([^{}]+)\}\}/g, (_, name) => {
        const value = this.lookup(name.trim());
        if (value === undefined) throw new Error(`the variable ${name} has no value`);
        return String(value);
      });
    }
    return out;
  }

  scope(name, map) {
    return strict(name, {
      get: (key) => map.get(key),
      set: (key, value) => { map.set(key, value); },
      has: (key) => map.has(key),
      unset: (key) => { map.delete(key); },
    });
  }
}

function headerList(fields) {
  const find = (name) => {
    const found = fields.filter(([key]) => key.toLowerCase() === String(name).toLowerCase());
    return found.length ? found[0][1] : undefined;
  };
  return strict('headers', { get: find, has: (name) => find(name) !== undefined });
}

/** Runs one script. Gives its test results: [{name, error}]. Throws what the script throws outside of its tests. */
async function runScript(source, where, { variables, request, response, info }) {
  const results = [];
  const pending = new Set();
  let current = null;
  const onAssert = {
    begin() {
      const record = { asserted: false };
      current?.expectations.push(record);
      return record;
    },
  };
  const expect = makeExpect(onAssert);

  function test(name, body) {
    if (typeof name !== 'string' || typeof body !== 'function') {
      throw new TypeError('pm.test needs a name and a function');
    }
    if (body.length > 0) throw new TypeError('pm.test with a done callback is not known to this runner');
    if (current) throw new TypeError('pm.test inside of pm.test');
    current = { expectations: [] };
    let error = null;
    try {
      const outcome = body();
      if (outcome && typeof outcome.then === 'function') {
        throw new TypeError('asynchronous tests are not known to this runner');
      }
      if (current.expectations.length === 0) throw new AssertionError('the test expects nothing');
      if (current.expectations.some((one) => !one.asserted)) throw new AssertionError('an expectation asserts nothing');
    } catch (thrown) {
      error = thrown && thrown.message !== undefined ? String(thrown.message) : String(thrown);
    }
    current = null;
    results.push({ name, error });
  }

  const members = {
    test,
    expect,
    info: strict('pm.info', info),
    variables: strict('pm.variables', {
      get: (key) => variables.lookup(key),
      set: (key, value) => { variables.local.set(key, value); },
      has: (key) => variables.lookup(key) !== undefined,
      replaceIn: (text) => variables.fill(text),
    }),
    environment: variables.scope('pm.environment', variables.environment),
    collectionVariables: variables.scope('pm.collectionVariables', variables.collection),
    request: strict('pm.request', {
      method: request.method,
      url: strict('pm.request.url', { toString: () => request.url }),
      headers: headerList(request.headers),
    }),
  };
  if (response) {
    const status = (wanted) => {
      if (typeof wanted !== 'number') throw new TypeError('have.status needs a number');
      expect(response.code, 'status').to.equal(wanted);
    };
    const header = (name, ...value) => {
      const got = members.response.headers.get(name);
      expect(got, `header ${name}`).to.exist;
      if (value.length) expect(got, `header ${name}`).to.equal(value[0]);
    };
    members.response = strict('pm.response', {
      code: response.code,
      status: response.reason,
      responseTime: response.milliseconds,
      headers: headerList(response.headers),
      text: () => response.text,
      json: () => JSON.parse(response.text),
      to: strict('pm.response.to', { have: strict('pm.response.to.have', { status, header }) }),
    });
  }
  const sandbox = {
    pm: strict('pm', members),
    console: {
      log: (...words) => {
        const text = words.map((w) => (typeof w === 'string' ? w : show(w))).join(' ');
        process.stdout.write(`      ${text}\n`);
      },
    },
    setTimeout(body, milliseconds) {
      const timer = new Promise((resolve, reject) => {
        setTimeout(
          () => { try { body(); resolve(); } catch (thrown) { reject(thrown); } },
          Math.min(Number(milliseconds) || 0, 5000));
      });
      pending.add(timer);
    },
  };
  new vm.Script(source, { filename: where }).runInContext(vm.createContext(sandbox), { timeout: 5000 });
  // As Postman does: what timers do belongs to the script.
  for (const timer of pending) await timer;
  return results;
}

module.exports = { Variables, runScript };
