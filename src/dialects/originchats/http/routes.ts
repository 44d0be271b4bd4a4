import { channels, factsOf, isOpen } from '../../../domain/channels/channels.js';
import { type Emoji, emojis } from '../../../domain/emoji/emoji.js';
import { roles } from '../../../domain/roles/roles.js';
import { online, sessions } from '../../../domain/sessions/online.js';
import { isVisible } from '../../../domain/status/status.js';
import { users } from '../../../domain/users/users.js';
import type { Dialect } from '../../dialect.js';
import { answer, failed, json } from '../../http/answers.js';
import { serve, serveUpload } from '../../http/files.js';
import type { Tools } from '../ask.js';
import { serverLook } from '../server-facts.js';
import { Uploads } from './upload.js';
import { postWebhook } from './webhook.js';

type Route = (request: Request, rest: string, address: string | undefined) => Response | Promise<Response>;

/** HTTP on the same port (section 9). Paths that are not here are the host's, unless nobody else is there to answer. */
export function routesOf(tools: Tools): NonNullable<Dialect['fetch']> {
  const uploads = new Uploads(tools);
  const get: Readonly<Record<string, Route>> = {
    info: () => info(tools),
    emojis: (request, rest) => emoji(tools, request, rest),
    'server-assets': (request, rest) => asset(tools, request, rest),
    attachments: (request, rest) => attachment(tools, request, rest),
  };
  const post: Readonly<Record<string, Route>> = {
    attachments: (request, _, address) => uploads.take(request, address),
    webhooks: (request, _, address) => postWebhook(tools, request, address),
  };
  return async (request, { mount = '', alone = false, address }) => {
    const { pathname } = new URL(request.url);
    const [, first = '', rest = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(pathname.slice(mount.length)) ?? [];
    const { method } = request;
    if (method === 'OPTIONS') return alone || isOurs(first, rest) ? answer(null, 204) : undefined;
    const reading = method === 'GET' || method === 'HEAD';
    const table = reading ? get : post;
    if ((reading || method === 'POST') && isOurs(first, rest) && Object.hasOwn(table, first)) {
      const route = table[first];
      if (route !== undefined && (reading || first === 'webhooks' || rest === 'upload'))
        return route(request, rest, address);
    }
    if (!alone || !reading) return undefined;
    // Where a WebSocket is opened, nothing is to be read (section 1).
    return first === '' ? failed(400, 'WebSocket upgrade required') : failed(404, 'Not found');
  };
}

/** Whether a path is one of section 9: a host may have others that begin in the same way. */
function isOurs(first: string, rest: string): boolean {
  switch (first) {
    case 'info':
      return rest === '';
    case 'server-assets':
    case 'emojis':
    case 'attachments':
      return rest !== '' && !rest.includes('/');
    default:
      return first === 'webhooks';
  }
}

function info({ host, settings }: Tools): Response {
  return json(
    host.read((view) => {
      const listed = [...view.all(channels)].filter(
        (channel) => channel.kind !== 'thread' && isOpen(factsOf(view, channel)),
      );
      const seen = [...view.all(online)].filter(({ user }) => isVisible(view, user));
      return {
        server: { ...serverLook(view, settings), owner: settings.server.owner },
        stats: {
          total_users: view.size(users as never) - view.count(users, 'unseen', 'unseen'),
          connected_users: seen.reduce((sum, { user }) => sum + view.count(sessions, 'user', user), 0),
          online_users: seen.length,
          total_channels: listed.length,
          total_roles: view.size(roles as never),
        },
      };
    }),
  );
}

async function emoji({ host }: Tools, request: Request, rest: string): Promise<Response> {
  const found = host.read((view): Emoji | undefined =>
    /^[0-9]{1,15}$/.test(rest) ? view.get(emojis, Number(rest)) : view.one(emojis, 'file', rest),
  );
  const missing = () => answer('Emoji not found', 404, { 'content-type': 'text/plain' });
  if (found === undefined) return missing();
  const { file: name, type, body } = found;
  // The size is only known to storage, which leaves out what lies outside.
  const whole = await host.bodies.read(body, { to: 0 });
  if (whole === undefined) return missing();
  const cacheControl = 'public, max-age=3600';
  const file = { name, type, body, size: whole.size, tag: `"${name}"`, cacheControl };
  return serve(host.bodies, file, request, 'Emoji not found');
}

function asset({ settings }: Tools, request: Request, rest: string): Response {
  const found = rest === 'icon' || rest === 'banner' ? settings.assets[rest] : undefined;
  if (found === undefined) return failed(404, 'Server asset not found');
  return answer(request.method === 'HEAD' ? null : (found.bytes as Uint8Array<ArrayBuffer>), 200, {
    'content-type': found.type,
    'content-length': String(found.bytes.length),
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
  });
}

function attachment({ host, settings }: Tools, request: Request, rest: string): Response | Promise<Response> {
  if (!settings.attachments.enabled) return failed(503, 'Attachments are disabled');
  const missing = { upload: 'Attachment not found or expired', bytes: 'Attachment file not found' };
  return serveUpload(host, rest, request, missing);
}
