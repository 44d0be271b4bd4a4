import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  map: 'application/json; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
};

/**
 * Nothing but the page's own files, no inline script or style, and no string may become markup at all: with Trusted Types
 * a line that assigned to innerHTML would throw.
 */
const headers = {
  'content-security-policy': [
    "default-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

/** Makes what serves a fixed list of files; it answers false for paths that are not on it. */
export function serveFiles(files: Readonly<Record<string, URL>>) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    if (file === undefined) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
      return true;
    }
    const body = readFileSync(file);
    const type = types[file.pathname.split('.').pop() ?? ''] ?? 'application/octet-stream';
    response.writeHead(200, { ...headers, 'content-type': type, 'content-length': body.byteLength });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  };
}
