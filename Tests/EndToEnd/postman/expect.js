// pm.expect: the part of chai's BDD assertions that the collection uses, with chai's meaning.
// Not all of chai: a word that is not here throws, so that no assertion passes because it was not understood.
'use strict';

class AssertionError extends Error {}

const CHAINS = new Set(
  'to be been is that which and has have with at of same but does'.split(' '));

function show(value) {
  const text = typeof value === 'string' ? JSON.stringify(value)
    : value instanceof RegExp || Object.prototype.toString.call(value) === '[object RegExp]' ? String(value)
    : typeof value === 'function' ? '[function]' : JSON.stringify(value);
  if (text === undefined) return String(value);
  return text.length > 300 ? text.slice(0, 300) + '…' : text;
}

function typeOf(value) {
  // Scripts run in another realm, where instanceof does not hold.
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return name.toLowerCase();
}

function deepEqual(a, b) {
  if (Object.is(a, b)) return true;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type === 'array') return a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  if (type === 'object') {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length
      && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]));
  }
  return false;
}

function need(condition, what) {
  if (!condition) throw new TypeError(what);
}

/** `onAssert` is called at each assertion, so that the caller sees expectations that assert nothing. */
function makeExpect(onAssert) {
  return function expect(subject, label) {
    const record = onAssert.begin();
    return chain({ subject, label, negated: false, deep: false, any: false, record });
  };

  function chain(state) {
    function check(holds, words, subject = state.subject) {
      state.record.asserted = true;
      // As in chai, `not` and `deep` stay on for the rest of the chain.
      if (Boolean(holds) !== state.negated) return chain(state);
      const label = state.label === undefined ? '' : `${state.label}: `;
      throw new AssertionError(`${label}expected ${show(subject)} ${state.negated ? 'not ' : ''}to ${words}`);
    }
    const number = (word, compare) => (bound) => {
      need(typeof bound === 'number', `${word} needs a number, not ${show(bound)}`);
      // A subject of another type fails, whether negated or not (as in chai).
      if (typeof state.subject !== 'number') {
        throw new AssertionError(`expected ${show(state.subject)} to be a number ${word} ${bound}`);
      }
      return check(compare(state.subject, bound), `be ${word} ${bound}`);
    };
    const same = (a, b) => (state.deep ? deepEqual(a, b) : a === b);
    const include = (wanted) => {
      const type = typeOf(state.subject);
      switch (type) {
        case 'string':
          need(typeof wanted === 'string', 'a string includes strings only');
          return check(state.subject.includes(wanted), `include ${show(wanted)}`);
        case 'array':
          return check(state.subject.some((item) => same(item, wanted)), `include ${show(wanted)}`);
        case 'object':
          need(typeOf(wanted) === 'object', 'an object includes objects only');
          return check(
            Object.keys(wanted).every(
              (key) => Object.hasOwn(state.subject, key) && same(state.subject[key], wanted[key])),
            `include ${show(wanted)}`);
        default:
          throw new AssertionError(`expected ${show(state.subject)} to be text, an array or an object that includes`);
      }
    };
    include.members = (wanted) => {
      need(typeOf(wanted) === 'array' && typeOf(state.subject) === 'array', 'members compares arrays');
      return check(
        wanted.every((item) => state.subject.some((mine) => same(mine, item))), `include members ${show(wanted)}`);
    };
    const isOf = (type) => {
      need(typeof type === 'string', 'a type is named by a string');
      return check(typeOf(state.subject) === type.toLowerCase(), `be a ${type}`);
    };
    const words = {
      equal: (wanted) => check(same(state.subject, wanted), `equal ${show(wanted)}`),
      eql: (wanted) => check(deepEqual(state.subject, wanted), `deeply equal ${show(wanted)}`),
      include,
      a: isOf,
      above: number('above', (a, b) => a > b),
      below: number('below', (a, b) => a < b),
      least: number('at least', (a, b) => a >= b),
      most: number('at most', (a, b) => a <= b),
      within: (from, to) => {
        need(typeof from === 'number' && typeof to === 'number', 'within needs two numbers');
        return check(
          typeof state.subject === 'number' && state.subject >= from && state.subject <= to,
          `be within ${from} and ${to}`);
      },
      closeTo: (wanted, delta) => {
        need(typeof wanted === 'number' && typeof delta === 'number', 'closeTo needs two numbers');
        return check(
          typeof state.subject === 'number' && Math.abs(state.subject - wanted) <= delta,
          `be within ${delta} of ${wanted}`);
      },
      match: (pattern) => {
        need(typeOf(pattern) === 'regexp', 'match needs a regular expression');
        return check(typeof state.subject === 'string' && pattern.test(state.subject), `match ${pattern}`);
      },
      oneOf: (list) => {
        need(typeOf(list) === 'array', 'oneOf needs an array');
        return check(list.some((item) => same(state.subject, item)), `be one of ${show(list)}`);
      },
      lengthOf: (length) => {
        need(typeof length === 'number', 'lengthOf needs a number');
        return check(state.subject?.length === length, `have length ${length}`);
      },
      members: (wanted) => {
        need(typeOf(wanted) === 'array' && typeOf(state.subject) === 'array', 'members compares arrays');
        const rest = [...state.subject];
        const all = wanted.every((item) => {
          const at = rest.findIndex((mine) => same(mine, item));
          if (at >= 0) rest.splice(at, 1);
          return at >= 0;
        });
        return check(all && rest.length === 0, `have members ${show(wanted)}`);
      },
      keys: (...wanted) => {
        const names = wanted.flat();
        need(typeOf(state.subject) === 'object', 'keys looks at an object');
        need(!state.any, 'any.keys is not here');
        return check(deepEqual(Object.keys(state.subject).sort(), [...names].sort()), `have keys ${show(names)}`);
      },
      property: (name, ...value) => {
        const has = state.subject !== null && state.subject !== undefined && Object.hasOwn(Object(state.subject), name);
        const holds = has && (value.length === 0 || same(state.subject[name], value[0]));
        check(holds, `have property ${show(name)}${value.length ? ' of ' + show(value[0]) : ''}`);
        // As in chai, what follows speaks of the property.
        return chain({ ...state, subject: has ? state.subject[name] : undefined });
      },
    };
    for (const [other, word] of Object.entries({
      equals: 'equal', eq: 'equal', contain: 'include', includes: 'include', contains: 'include', an: 'a', gt: 'above',
      greaterThan: 'above', lt: 'below', lessThan: 'below', gte: 'least', lte: 'most', matches: 'match',
      length: 'lengthOf',
    })) words[other] = words[word];
    const states = {
      true: () => [state.subject === true, 'be true'],
      false: () => [state.subject === false, 'be false'],
      null: () => [state.subject === null, 'be null'],
      undefined: () => [state.subject === undefined, 'be undefined'],
      ok: () => [Boolean(state.subject), 'be truthy'],
      exist: () => [state.subject !== null && state.subject !== undefined, 'exist'],
      empty: () => {
        const size = {
          string: () => state.subject.length, array: () => state.subject.length,
          object: () => Object.keys(state.subject).length,
        };
        const count = size[typeOf(state.subject)];
        need(count, `empty does not apply to ${show(state.subject)}`);
        return [count() === 0, 'be empty'];
      },
    };
    return new Proxy({}, {
      get(_, name) {
        // `then`: asked by whoever looks for a promise.
        if (typeof name === 'symbol' || name === 'then') return undefined;
        if (CHAINS.has(name)) return chain(state);
        if (name === 'not') return chain({ ...state, negated: true });
        if (name === 'deep') return chain({ ...state, deep: true });
        if (name === 'all') return chain({ ...state, any: false });
        if (Object.hasOwn(words, name)) return words[name];
        if (Object.hasOwn(states, name)) return check(...states[name]());
        throw new TypeError(`pm.expect: the assertion "${name}" is not known to this runner`);
      },
      set(_, name) { throw new TypeError(`pm.expect: "${String(name)}" cannot be set`); },
    });
  }
}

module.exports = { makeExpect, AssertionError, deepEqual, show };
