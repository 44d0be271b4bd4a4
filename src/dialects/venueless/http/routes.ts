import type { Dialect } from '../../dialect.js';
import { answer, failed } from '../../http/answers.js';
import { serveUpload } from '../../http/files.js';
import type { Tools } from '../ask.js';
import { Uploads } from './upload.js';

/** HTTP below the mount: `<world>/upload` and `<world>/files/<id>/<name>` (section 10). All other paths are the host's. */
export function routesOf(tools: Tools): NonNullable<Dialect['fetch']> {
  const uploads = new Uploads(tools);
  const missing = { upload: 'file.unknown', bytes: 'file.unknown' };
  return async (request, { mount = '', address }) => {
    const { pathname } = new URL(request.url);
    const path = pathname.slice(mount.length);
    const [, id = '', upload, file] =
      /^\/([a-z0-9]+)\/(?:(upload\/?)|files\/([0-9a-f-]{36})(?:\/[^/]*)?)$/.exec(path) ?? [];
    const world = tools.settings.worlds.get(id);
    if (world === undefined) return undefined;
    const { method } = request;
    // Web apps of other origins ask before they send their Authorization.
    if (method === 'OPTIONS') return answer(null, 204);
    if (upload !== undefined) {
      const allow = { allow: 'OPTIONS, POST' };
      return method === 'POST' ? uploads.take(request, world, address) : failed(405, 'method', allow);
    }
    const reads = method === 'GET' || method === 'HEAD';
    if (!reads || file === undefined) return failed(405, 'method', { allow: 'GET, HEAD, OPTIONS' });
    return serveUpload(tools.host, file, request, missing);
  };
}
