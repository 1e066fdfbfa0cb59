// Serves the built UI under the window's own policy, with the in-memory stand-in behind /__host.
// `node tests/fake/serve.mjs [port]`; POST /__fake {accounts, phase, …} starts a new book.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Book } from './book.mjs';

const build = fileURLToPath(new URL('../../build/', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let book = new Book({ accounts: 40 });

const readBody = async (request) => {
  let text = '';
  for await (const part of request) text += part;
  return text === '' ? {} : JSON.parse(text);
};

async function file(pathname, response) {
  const wanted = path.join(build, path.normalize(pathname));
  const body = await readFile(wanted).catch(() => null);
  const found = body !== null && wanted.startsWith(build);
  response.writeHead(200, {
    'content-type': types[found ? path.extname(wanted) : '.html'] ?? 'application/octet-stream',
    'content-security-policy': policy,
  });
  response.end(found ? body : await readFile(path.join(build, 'index.html')));
}

function events(request, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': here\n\n');
  const listener = (batch) => response.write(`data: ${JSON.stringify(batch)}\n\n`);
  const mine = book;
  mine.listeners.add(listener);
  request.on('close', () => mine.listeners.delete(listener));
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://fake');
  if (pathname === '/__host/events') return events(request, response);
  if (pathname === '/__host/call') {
    const answer = await book.call(await readBody(request));
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(answer));
  }
  if (pathname === '/__fake') {
    const {
      preferences = {},
      settings = {},
      fail = null,
      delay = 0,
      jobs = null,
      pools = [],
      slowCode = false,
      about = {},
      ...seed
    } = await readBody(request);
    book = new Book(seed);
    Object.assign(book.preferences, preferences);
    Object.assign(book.settings, settings);
    Object.assign(book.about, about);
    Object.assign(book, { fail, delay, slowCode, ...(jobs && { jobs }) });
    for (const { members = [], ...pool } of pools) {
      const added_at = new Date().toISOString();
      book.desk.makePool(pool).members.push(...members.map((account_id) => ({ account_id, added_at })));
    }
    return response.end('{}');
  }
  if (pathname === '/__fake/login') {
    book.desk.logins.moveLast(await readBody(request));
    return response.end('{}');
  }
  if (pathname === '/__fake/sample') {
    book.samples.play(await readBody(request));
    return response.end('{}');
  }
  if (pathname === '/__fake/tell') {
    book.tell(...(await readBody(request)));
    return response.end('{}');
  }
  return file(pathname === '/' ? '/index.html' : pathname, response);
});

server.listen(Number(process.argv[2] ?? 5199), '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port}/`),
);
