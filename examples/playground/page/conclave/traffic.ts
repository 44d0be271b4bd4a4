import type { ConclaveFetch } from 'polylect/client';
import * as wire from 'polylect/dialects/conclave/codec';
import type { WireEntry } from '../frame/wire-panel.js';

type Schema = wire.MessageSchema;

/** What goes in and out of each operation; ids in paths are colons. */
const operations: Readonly<Record<string, readonly [request: Schema | null, answer: Schema | null]>> = {
  'POST /register': [wire.RegisterRequest, wire.RegisterResponse],
  'POST /login': [wire.LoginRequest, wire.LoginResponse],
  'GET /me': [null, wire.UserInfoResponse],
  'PATCH /me': [wire.UpdateProfileRequest, wire.UpdateProfileResponse],
  'POST /reset-account': [null, wire.ResetAccountResponse],
  'POST /delete-account': [wire.DeleteAccountRequest, wire.DeleteAccountResponse],
  'GET /users/:': [null, wire.UserInfoResponse],
  'GET /users/by-id/:': [null, wire.UserInfoResponse],
  'POST /key-packages': [wire.UploadKeyPackageRequest, wire.UploadKeyPackageResponse],
  'GET /groups': [null, wire.ListGroupsResponse],
  'POST /groups': [wire.CreateGroupRequest, wire.CreateGroupResponse],
  'GET /groups/:/group-info': [null, wire.GetGroupInfoResponse],
  'POST /groups/:/delete': [null, wire.DeleteGroupResponse],
  'POST /groups/:/invite': [wire.InviteToGroupRequest, wire.InviteToGroupResponse],
  'POST /groups/:/escrow-invite': [wire.EscrowInviteRequest, wire.EscrowInviteResponse],
  'POST /groups/:/cancel-invite': [wire.CancelInviteRequest, wire.CancelInviteResponse],
  'GET /groups/:/invites': [null, wire.ListGroupPendingInvitesResponse],
  'POST /groups/:/remove': [wire.RemoveMemberRequest, wire.RemoveMemberResponse],
  'POST /groups/:/leave': [wire.LeaveGroupRequest, wire.LeaveGroupResponse],
  'POST /groups/:/external-join': [wire.ExternalJoinRequest, wire.ExternalJoinResponse],
  'POST /groups/:/commit': [wire.UploadCommitRequest, wire.UploadCommitResponse],
  'POST /groups/:/messages': [wire.SendMessageRequest, wire.SendMessageResponse],
  'GET /groups/:/messages': [null, wire.GetMessagesResponse],
  'GET /invites': [null, wire.ListPendingInvitesResponse],
  'POST /invites/:/accept': [null, wire.AcceptInviteResponse],
  'POST /invites/:/decline': [null, wire.DeclineInviteResponse],
  'GET /welcomes': [null, wire.ListPendingWelcomesResponse],
};

/** Fields that nobody is shown. */
const secrets = new Set(['password', 'currentPassword', 'newPassword', 'token', 'registrationToken']);

const enums: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  errorCode: wire.ErrorCode,
  role: wire.GroupRole,
  updateType: wire.GroupUpdateType,
  visibility: wire.GroupVisibility,
};

/** What MLS makes begins with its version, 1, and one of these (RFC 9420, section 6). */
const formats = ['', 'public, signed', 'sealed', 'sealed, a welcome', 'group info', 'key package'];

/** A `fetch` that tells what goes over the wire, messages and events taken apart. */
export function watched(add: (entry: WireEntry) => void): ConclaveFetch {
  return async (url, init) => {
    const { pathname, search } = new URL(url);
    const path = pathname.slice(pathname.indexOf('/api/v1') + '/api/v1'.length);
    const method = init.method ?? 'GET';
    const operation = `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':').replace(/^\/users\/[^/]+$/, '/users/:')}`;
    const [request = null, answer = null] = operations[operation] ?? [];
    const asked = `${method} ${path.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/g, '$1…')}${search}`;
    const parts = partsOf(request, init.body as Uint8Array | undefined);
    add(entry('out', asked, { method, path: path + search, ...parts }));
    const response = await fetch(url, init).catch((error: unknown) => {
      add(entry('in', 'no answer', { to: asked, why: String(error) }, true));
      throw error;
    });
    const { status, headers, body, ok } = response;
    if (ok && body !== null && headers.get('content-type')?.startsWith('text/event-stream')) {
      add(entry('in', `${status} event stream`, { status, to: asked }));
      const [ours, theirs] = body.tee();
      // The client notices the end of its half by itself.
      void tellEvents(ours, add).catch(() => {});
      return new Response(theirs, { status, headers });
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    const schema = ok ? answer : wire.ErrorResponse;
    const kind = `${status}${schema === null ? '' : ` ${schema.name}`}`;
    add(entry('in', kind, { status, to: asked, ...partsOf(schema, bytes) }, !ok));
    return new Response(status === 204 ? null : bytes, { status, headers });
  };
}

async function tellEvents(
  stream: ReadableStream<Uint8Array>,
  add: (entry: WireEntry) => void,
): Promise<void> {
  const take = wire.eventStreamReader();
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const item of take(value)) {
      if (item.kind !== 'event') {
        add(entry('in', item.kind, item, item.kind !== 'lagged'));
        continue;
      }
      const { case: name, value: message } = item.event;
      const schema = wire.ServerEvent.fields.find((field) => field.name === name)?.of;
      add(entry('in', `event ${name}`, { event: name, ...(schema && shownOf(schema, message)) }));
    }
  }
}

function entry(direction: 'in' | 'out', kind: string, shown: object, failed = false): WireEntry {
  return { direction, at: Date.now(), kind, raw: JSON.stringify(shown), shown, failed };
}

function partsOf(schema: Schema | null, bytes: Uint8Array | undefined): object {
  if (bytes === undefined) return {};
  if (schema === null) return bytes.length === 0 ? {} : { body: `${bytes.length} bytes` };
  const read = wire.decode(schema, bytes);
  if (!read.ok) return { body: new TextDecoder().decode(bytes) };
  return { message: schema.name, ...shownOf(schema, read.message) };
}

/** A message with ids as text and with words for whatever is bytes; what has its default is left out, as on the wire. */
function shownOf(schema: Schema, message: unknown): object {
  const shown: Record<string, unknown> = {};
  for (const { name, of } of schema.fields) {
    const value = (message as Readonly<Record<string, unknown>>)[name];
    const one = (part: unknown): unknown => {
      if (secrets.has(name)) return `(${name})`;
      if (of !== undefined) return shownOf(of, part);
      if (part instanceof Uint8Array) return /(Ids?|By)$/.test(name) ? uuid(part) : aboutBytes(part);
      return enumName(name, part);
    };
    const isDefault =
      value === '' || value === 0 || value === false || (value as { length?: number }).length === 0;
    if (!isDefault) shown[name] = Array.isArray(value) ? value.map(one) : one(value);
  }
  return shown;
}

function enumName(field: string, value: unknown): unknown {
  const name = Object.entries(enums[field] ?? {}).find(([, number]) => number === value)?.[0];
  return name === undefined ? value : `${name} (${value})`;
}

function aboutBytes(bytes: Uint8Array): string {
  const isMls = bytes[0] === 0 && bytes[1] === 1 && bytes[2] === 0;
  const format = (isMls && formats[bytes[3] ?? 0]) || '';
  return `${bytes.length} bytes ${format}`.trim();
}

function uuid(bytes: Uint8Array): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
