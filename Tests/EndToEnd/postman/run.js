#!/usr/bin/env node
// Replays a Postman collection (format v2.1) against a server, request by request, and runs its scripts.
// Plain Node, no packages. Exit status: 0 all tests passed; 1 a test failed, or a request has none; 2 the call is
// wrong.
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const { Variables, runScript } = require('./pm.js');

const USAGE = 'run.js COLLECTION [--environment FILE] [--base-url URL] [--report FILE]';
const TIMEOUT = 30_000;

function parseArguments(list) {
  const options = {};
  for (let i = 0; i < list.length; i += 1) {
    const option = { '--environment': 'environment', '--base-url': 'baseUrl', '--report': 'report' }[list[i]];
    if (option) {
      i += 1;
      if (list[i] === undefined) throw new Error(USAGE);
      options[option] = list[i];
    } else if (!list[i].startsWith('--') && options.collection === undefined) {
      options.collection = list[i];
    } else {
      throw new Error(USAGE);
    }
  }
  if (!options.collection) throw new Error(USAGE);
  return options;
}

/** Name and value of each variable that is on. */
const enabled = (list, name = 'key') => (list ?? [])
  .filter((one) => one.enabled !== false && one.disabled !== true)
  .map((one) => [one[name], one.value]);

/** All requests in order, each with the folders and scripts around it. */
function requestsOf(node, path = [], events = []) {
  const around = [...events, ...(node.event ?? [])];
  if (node.request) return [{ item: node, path: [...path, node.name], events: around }];
  return (node.item ?? []).flatMap((child) => requestsOf(child, node.info ? path : [...path, node.name], around));
}

const scripts = (events, listen) => events.filter((event) => event.listen === listen && !event.disabled)
  .map((event) => [].concat(event.script.exec).join('\n'));

/** The URL from its parts, which is what Postman sends; `raw`, which it shows, must say the same. */
function urlOf(request) {
  const url = request.url;
  if (typeof url === 'string') return url;
  const query = enabled(url.query).map(([key, value]) => (value === null ? key : `${key}=${value}`)).join('&');
  const built = [].concat(url.host).join('.') + '/' + (url.path ?? []).join('/') + (query ? `?${query}` : '');
  if (built !== url.raw) throw new Error(`the URL's parts give ${built}, its raw text is ${url.raw}`);
  return built;
}

function bodyOf(request, variables) {
  if (!request.body) return null;
  if (request.body.mode !== 'raw') throw new Error(`bodies of mode ${request.body.mode} are not known to this runner`);
  return Buffer.from(variables.fill(request.body.raw), 'utf8');
}

function send({ method, url, headers, body }) {
  return new Promise((resolve, reject) => {
    if (/[^\x21-\x7e]|["<>`{}|\\^]/.test(url)) throw new Error(`the URL must be percent-encoded: ${url}`);
    const started = performance.now();
    const fields = { Accept: '*/*', 'User-Agent': 'planetarium-collection', Connection: 'close' };
    for (const [name, value] of headers) fields[name] = value;
    if (body) fields['Content-Length'] = body.length;
    const request = (url.startsWith('https:') ? https : http).request(url, { method, headers: fields }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const list = [];
        for (let i = 0; i < response.rawHeaders.length; i += 2) {
          list.push([response.rawHeaders[i], response.rawHeaders[i + 1]]);
        }
        resolve({
          code: response.statusCode, reason: response.statusMessage, headers: list,
          text: Buffer.concat(parts).toString('utf8'), milliseconds: Math.round(performance.now() - started),
        });
      });
    });
    // One limit for the whole exchange: an endless answer is a failure, too.
    const limit = setTimeout(() => request.destroy(new Error(`no whole answer within ${TIMEOUT / 1000} s`)), TIMEOUT);
    request.on('close', () => clearTimeout(limit));
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

async function replay({ item, path, events }, variables) {
  const results = [];
  const info = { requestName: item.name };
  const exchange = { name: path.join(' / ') };
  const { request } = item;
  const before = { method: request.method, url: '', headers: enabled(request.header) };
  for (const source of scripts(events, 'prerequest')) {
    await runScript(source, `${exchange.name} (before)`, { variables, request: before, info });
  }
  exchange.request = {
    method: request.method,
    url: variables.fill(urlOf(request)),
    headers: enabled(request.header).map(([name, value]) => [name, variables.fill(value)]),
    body: bodyOf(request, variables),
  };
  exchange.response = await send(exchange.request);
  for (const source of scripts(events, 'test')) {
    const { request, response } = exchange;
    results.push(...await runScript(source, `${exchange.name} (test)`, { variables, request, response, info }));
  }
  variables.local.clear();
  if (results.length === 0) results.push({ name: 'has tests', error: 'the request has no test' });
  return { exchange, results };
}

async function main() {
  const options = parseArguments(process.argv.slice(2));
  const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
  const collection = read(options.collection);
  const environment = options.environment ? enabled(read(options.environment).values) : [];
  const variables = new Variables(environment, enabled(collection.variable));
  if (options.baseUrl) variables.environment.set('baseUrl', options.baseUrl);

  let passed = 0;
  const failures = [];
  const report = [];
  for (const one of requestsOf(collection)) {
    const name = one.path.join(' / ');
    process.stdout.write(`${name}\n`);
    let results;
    try {
      const done = await replay(one, variables);
      results = done.results;
      const { request } = done.exchange;
      const body = request.body?.toString('utf8') ?? null;
      report.push({ ...done.exchange, request: { ...request, body }, results });
    } catch (thrown) {
      results = [{ name: 'runs', error: String(thrown?.message ?? thrown) }];
    }
    for (const result of results) {
      if (result.error === null) passed += 1;
      else failures.push(`${name}: ${result.name}: ${result.error}`);
      process.stdout.write(
        result.error === null ? `  pass  ${result.name}\n` : `  FAIL  ${result.name}: ${result.error}\n`);
    }
  }
  if (options.report) fs.writeFileSync(options.report, JSON.stringify(report, null, 1));
  if (passed + failures.length === 0) failures.push('the collection has no request');
  process.stdout.write(`\n${passed} passed, ${failures.length} failed\n`);
  for (const failure of failures) process.stdout.write(`  ${failure}\n`);
  process.exitCode = failures.length ? 1 : 0;
}

main().catch((thrown) => {
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 2;
});
