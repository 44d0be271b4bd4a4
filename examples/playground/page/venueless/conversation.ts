import type { VenuelessEvent } from 'polylect/client';
import { colourOf } from '../../colours.js';
import { composer } from '../frame/composer.js';
import { ask } from '../frame/dialog.js';
import { h, perFrame, time } from '../frame/elements.js';
import { tag } from '../frame/lists.js';
import { Log } from '../frame/log.js';
import { beginning, chooseReaction, messageElement, reactionButton, tool } from '../frame/message.js';
import { target } from '../frame/target.js';
import type { App } from './app.js';
import { nameOf, readable, withMentions } from './names.js';
import { personMenu } from './people-menu.js';

/** The messages of the open place, and where one writes. Answers what shows them anew. */
export function conversation(app: App): () => void {
  let edited: VenuelessEvent | null = null;
  const editing = target(app.frame, 'Stop editing', () => edit(null));
  const field = composer(app.frame, {
    send(text) {
      const event = edited;
      if (event === null) return app.send(text);
      edit(null);
      const body = withMentions(text, app.members);
      return app.act((client) => client.edit(event.channel, event.event_id, body));
    },
    escaped: () => edit(null),
  });
  app.write = (text) => field.write(text === '' ? field.text : text);
  const edit = (event: VenuelessEvent | null) => {
    if (edited === null && event === null) return;
    edited = event;
    if (event === null) editing.hide();
    else editing.show('Editing ', beginning(textOf(app, event)));
    field.write(event === null ? '' : textOf(app, event));
  };
  const log = new Log<VenuelessEvent>(app.frame, {
    key: ({ event_id: id }) => id,
    render: (event) => render(app, event, edit),
    growth: ({ sender, event_type: type }) => ({
      isOwn: sender === app.client?.self?.id,
      isNews: type === 'channel.message',
    }),
  });
  const readsOnly = h('p', { class: 'target' }, 'You may read here, not write.');
  app.frame.part('composer').prepend(readsOnly);
  let shown = '';
  return perFrame(() => {
    if (shown !== app.open) {
      shown = app.open;
      edit(null);
      log.clear();
    }
    readsOnly.hidden = app.place?.room === undefined || app.mayHere('room:chat.send');
    log.show(app.client?.messages(app.open) ?? []);
  });
}

/** What a message says, as people read it. */
function textOf(app: App, event: VenuelessEvent): string {
  if (event.event_type !== 'channel.message') return '';
  const { content } = event;
  const users = app.client?.users ?? new Map();
  if (content.type === 'text') return readable(content.body, users);
  if (content.type !== 'files') return '';
  const links = content.files.map(({ name, url }) => `${name}: ${url}`);
  return [readable(content.body ?? '', users), ...links].filter(Boolean).join('\n');
}

function render(app: App, event: VenuelessEvent, edit: (event: VenuelessEvent) => void): HTMLElement {
  if (event.event_type === 'channel.member') {
    const { membership, user } = event.content;
    const words = membership === 'join' ? 'joined the room' : 'left the room';
    return h(
      'div',
      { class: 'notice' },
      h('p', {}, `${nameOf(user)} ${words}.`),
      time(Date.parse(event.timestamp)),
    );
  }
  const { sender, timestamp, reactions } = event;
  const self = app.client?.self?.id ?? '';
  const user = app.client?.users.get(sender ?? '');
  const isOwn = sender === self;
  const text = textOf(app, event);
  const nameFor = (id: string) => nameOf(app.client?.users.get(id));
  const react = (mark: string, on: boolean) =>
    app.act((client) => client.react(event.channel, event.event_id, mark, on));
  const author = h(
    'button',
    {
      class: 'author',
      type: 'button',
      attributes: { 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
      on: { click: () => user !== undefined && personMenu(app, author, user) },
    },
    nameOf(user),
  );
  author.dataset.keep = 'author';
  const about = `${nameOf(user)}'s message: ${beginning(text)}`;
  const tools = [
    tool('☺', 'React', `React to ${about}`, async () => {
      const mark = await chooseReaction();
      if (mark !== null) await react(mark, true);
    }),
  ];
  if (isOwn) tools.push(tool('✎', 'Edit', `Edit ${about}`, () => edit(event)));
  if (isOwn || app.mayHere('room:chat.moderate'))
    tools.push(tool('×', 'Delete', `Delete ${about}`, () => void remove(app, event, about)));
  return messageElement({
    face: nameOf(user),
    colour: colourOf(nameOf(user)),
    author,
    at: Date.parse(timestamp),
    text,
    kinds: isOwn ? ['own'] : [],
    tags: [event.edited === null ? null : tag('edited')],
    reactions: Object.entries(reactions)
      .filter(([, by]) => by.length > 0)
      .map(([mark, by]) =>
        reactionButton(mark, by.map(nameFor), by.includes(self), () => void react(mark, !by.includes(self))),
      ),
    tools,
  });
}

async function remove(app: App, event: VenuelessEvent, about: string): Promise<void> {
  const answer = await ask({
    title: 'Delete this message?',
    text: about,
    confirm: 'Delete',
    isDangerous: true,
  });
  if (answer !== null) await app.act((client) => client.remove(event.channel, event.event_id));
}
