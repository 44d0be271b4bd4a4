import { Rejection } from '../../../core/rejection.js';
import { webhooks } from '../../../domain/webhooks/webhooks.js';
import { answer, failed, saysJson } from '../../http/answers.js';
import { BodyFault, saysMoreThan, textOfBody } from '../../http/body.js';
import { parseJson } from '../../json.js';
import type { Tools } from '../ask.js';
import { maxDepth } from '../codec.js';
import { textOf } from '../context.js';
import { embedError } from '../embeds.js';
import { isWebLink } from '../links.js';
import { wordFor } from '../wording.js';
import { pushEmbed } from './github.js';

/** What a webhook may be sent (section 9). */
const maxBytes = 10_485_760;

/** How long whoever posts may send nothing. */
const stallMs = 30_000;

/** `POST /webhooks?token=…` (section 9). */
export async function postWebhook(
  { host, settings, rates }: Tools,
  request: Request,
  address: string | undefined,
): Promise<Response> {
  const token = new URL(request.url).searchParams.get('token');
  if (!token) return failed(401, 'Webhook token required');
  const webhook = host.read((view) => view.one(webhooks, 'token', token));
  if (webhook === undefined) return failed(401, 'Invalid webhook token');
  if (!saysJson(request)) return failed(415, 'Content-Type must be application/json');
  const tooLarge = failed(413, 'Request body too large (max 10MB)');
  if (saysMoreThan(request, maxBytes)) return tooLarge;
  let body: unknown;
  try {
    const text = await textOfBody(request, { clock: host.clock, stallMs, maxBytes });
    body = parseJson(text, maxDepth);
  } catch (thrown) {
    if (!(thrown instanceof BodyFault)) throw thrown;
    return thrown.code === 'stalled' ? failed(408, 'Request timed out') : tooLarge;
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return failed(400, 'Invalid JSON body');
  const push = pushEmbed(request.headers.get('x-github-event'), body);
  const post =
    push === undefined
      ? ordinary(body as Fields, settings.postContent)
      : { ...none, username: 'github', embeds: [push] };
  if (typeof post === 'string') return failed(400, post);
  // A token that got about must not drown a channel.
  const limited = rates.take(`webhook:${webhook.id}`, host.steady.now());
  if (limited !== undefined)
    return failed(429, limited.reason, { 'retry-after': String(Math.ceil(limited.ms / 1_000)) });
  const decision = await host.submit('webhook.post', { token, ...post }, { address });
  if (!(decision instanceof Rejection)) return answer(null, 204);
  switch (decision.code) {
    case 'webhook-unknown':
      return failed(401, 'Invalid webhook token');
    case 'channel-unknown':
      return failed(404, 'Channel not found');
    case 'message-too-long':
      return failed(400, tooLong(settings.postContent));
    case 'hook-refused':
      return failed(403, wordFor(decision));
    case 'unavailable':
      return failed(503, wordFor(decision));
    default:
      return failed(400, wordFor(decision));
  }
}

type Fields = Readonly<Record<string, unknown>>;

interface Post {
  readonly text: string;
  readonly username?: string;
  readonly avatar?: string;
  readonly embeds?: readonly Record<string, unknown>[];
}

const none: Post = { text: '' };

function tooLong(most: number): string {
  return `Message too long. Maximum length is ${most} characters`;
}

/** What is to be posted, or what is wrong with it. Unlike the original, embeds are looked at: clients draw what is in them. */
function ordinary(
  { content, text, message, username, avatar_url, embeds }: Fields,
  most: number,
): Post | string {
  const said = textOf(content) ?? textOf(text) ?? textOf(message) ?? '';
  if (said.length > most && [...said].length > most) return tooLong(most);
  const wrong = embedError(embeds);
  if (wrong !== undefined) return wrong;
  const shown = (embeds ?? []) as readonly Record<string, unknown>[];
  if (said.trim() === '' && shown.length === 0) return 'No content provided';
  const name = textOf(username);
  const avatar = textOf(avatar_url);
  if (avatar !== undefined && !isWebLink(avatar)) return 'avatar_url must be an http or https URL';
  return {
    text: said,
    ...(name === undefined ? {} : { username: name }),
    ...(avatar === undefined ? {} : { avatar }),
    ...(shown.length === 0 ? {} : { embeds: shown }),
  };
}
