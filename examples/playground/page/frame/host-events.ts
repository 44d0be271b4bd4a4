import { byId, h, time } from './elements.js';
import { fieldList, Rows } from './rows.js';

interface Entry {
  readonly name: string;
  readonly at: number;
  readonly text: string;
}

/** What the chat tells its host, streamed by the host. */
export function hostEvents(): void {
  const rows = new Rows(byId('host-rows'), 'Events of the host', 200);
  byId('host-clear').addEventListener('click', () => rows.clear());
  const seen = new Set<string>();
  const stream = new EventSource('/events');
  stream.addEventListener('message', (event: MessageEvent<string>) => {
    // After a reconnect the newest hundred come again.
    if (seen.has(event.lastEventId)) return;
    seen.add(event.lastEventId);
    rows.add(row(JSON.parse(event.data) as Entry));
  });
}

function row({ name, at, text }: Entry): HTMLElement {
  let about: unknown = text;
  try {
    about = JSON.parse(text);
  } catch {
    // Cut off because of its length.
  }
  const peek = typeof about === 'object' && about !== null ? gist(about as Record<string, unknown>) : '';
  return h(
    'details',
    { class: `entry event${name === 'error' ? ' failed' : ''}` },
    h('summary', {}, h('span', { class: 'kind' }, name), h('span', { class: 'peek' }, peek), time(at, true)),
    typeof about === 'object' ? fieldList(about) : h('p', { class: 'raw' }, text),
  );
}

/** Who or what an event is about, in few words. */
function gist(about: Record<string, unknown>): string {
  const part = (name: string, inner: string) => (about[name] as Record<string, unknown> | undefined)?.[inner];
  const words = [
    part('person', 'handle') ?? part('message', 'authorName') ?? part('from', 'handle') ?? about.name,
    part('channel', 'name'),
    about.reason ?? about.cause ?? about.state,
    part('message', 'text') ?? about.text,
  ];
  return words.filter((word) => typeof word === 'string').join(' · ');
}
