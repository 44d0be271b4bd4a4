import { h, time } from './elements.js';
import { fieldList } from './rows.js';

/** Something that the chat told its host. */
export interface HostEvent {
  readonly name: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Its payload as JSON, cut off if it is very long. */
  readonly text: string;
  /** The same as it is; `undefined` where it was cut off. */
  readonly payload: Readonly<Record<string, unknown>> | undefined;
  /** Who or what it is about, in few words. */
  readonly gist: string;
}

/** Somebody whom the host can do something about. */
export interface KnownPerson {
  readonly user: string;
  readonly handle: string;
  readonly dialects: readonly string[];
  readonly isBanned: boolean;
  readonly isSilenced: boolean;
}

/** Whom and what there is, as the host knows it. */
export interface Community {
  readonly people: readonly KnownPerson[];
  readonly channels: readonly { readonly channel: string; readonly name: string }[];
}

/** What the host streams to its pages. */
export interface HostListener {
  event(event: HostEvent): void;
  community?(now: Community): void;
}

/** Hears what the chat tells its host, from the newest hundred on, for as long as the document lives. */
export function hearHost(listener: HostListener): void {
  const seen = new Set<string>();
  const stream = new EventSource('/events');
  stream.addEventListener('message', ({ data, lastEventId }: MessageEvent<string>) => {
    // After a reconnect the newest hundred come again.
    if (seen.has(lastEventId)) return;
    seen.add(lastEventId);
    listener.event(eventOf(JSON.parse(data)));
  });
  stream.addEventListener('community', ({ data }: MessageEvent<string>) => {
    listener.community?.(JSON.parse(data));
  });
}

function eventOf(entry: Pick<HostEvent, 'name' | 'at' | 'text'>): HostEvent {
  let payload: HostEvent['payload'];
  try {
    payload = JSON.parse(entry.text);
  } catch {
    // Cut off because of its length.
  }
  return { ...entry, payload, gist: payload === undefined ? '' : gistOf(payload) };
}

/** The row of an event, which opens. */
export function eventRow({ name, at, text, payload, gist }: HostEvent, ...more: HTMLElement[]): HTMLElement {
  return h(
    'details',
    { class: `entry event${name === 'error' ? ' failed' : ''}` },
    h(
      'summary',
      {},
      h('span', { class: 'kind' }, name),
      h('span', { class: 'peek' }, gist),
      ...more,
      time(at, true),
    ),
    payload === undefined ? h('p', { class: 'raw' }, text) : fieldList(payload),
  );
}

function gistOf(about: Readonly<Record<string, unknown>>): string {
  const part = (name: string, inner: string) => (about[name] as Record<string, unknown> | undefined)?.[inner];
  const words = [
    part('person', 'handle') ??
      part('message', 'authorName') ??
      part('from', 'handle') ??
      about.username ??
      part('by', 'name') ??
      about.name,
    part('channel', 'name') ?? part('group', 'name'),
    about.emoji ?? about.reason ?? about.cause ?? about.state,
    part('message', 'text') ?? about.text,
  ];
  return words.filter((word) => typeof word === 'string').join(' · ');
}
