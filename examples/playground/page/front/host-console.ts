import { ask, type Question } from '../frame/dialog.js';
import { button, byId, h } from '../frame/elements.js';
import type { Community, KnownPerson } from '../frame/host-events.js';
import { callHost } from './host-calls.js';
import { protocolDot } from './pane.js';

/** What a host can do: with somebody, and with the chat. Answers what shows who and what there is. */
export function hostConsole(): (now: Community) => void {
  const somebody = byId('somebody');
  let community: Community = { people: [], channels: [] };
  let chosen = '';

  const run = async (action: string, words: Readonly<Record<string, string>>) => {
    const done = byId('done');
    done.textContent = '';
    const { isDone, text } = await callHost(action, words);
    done.classList.toggle('problem-text', !isDone);
    done.textContent = text;
  };
  const person = () => community.people.find(({ user }) => user === chosen);
  const act = (action: string) => {
    const who = person();
    if (who !== undefined) void run(action, { user: who.user });
  };
  const asked = async (action: string, question: Question, words: Readonly<Record<string, string>> = {}) => {
    const answer = await ask(question);
    if (answer !== null) await run(action, { ...Object.fromEntries(answer), ...words });
  };

  const silence = button(
    'Silence',
    () => act(person()?.isSilenced === true ? 'unsilence' : 'silence'),
    'small',
  );
  const ban = button('Ban', () => act(person()?.isBanned === true ? 'unban' : 'ban'), 'small');
  const rename = button(
    'Rename…',
    () => {
      const who = person();
      if (who === undefined) return;
      void asked(
        'rename',
        {
          title: `Rename ${who.handle}`,
          text: 'Everybody sees the new name, in every protocol.',
          fields: [{ name: 'name', label: 'Name', value: who.handle, maxLength: 32 }],
          confirm: 'Rename',
        },
        { user: who.user },
      );
    },
    'small',
  );
  const remove = button(
    'Delete account…',
    () => {
      const who = person();
      if (who === undefined) return;
      void asked(
        'remove',
        {
          title: `Delete ${who.handle}’s account?`,
          text: 'They leave for good, in every protocol. What they said in channels stays.',
          confirm: 'Delete account',
          isDangerous: true,
        },
        { user: who.user },
      );
    },
    'small danger',
  );
  const kick = button('Kick', () => act('kick'), 'small');
  byId('person-actions').append(kick, silence, ban, rename, remove);
  byId('chat-actions').append(
    button(
      'Announce…',
      () => {
        void asked('announce', {
          title: 'Announce',
          text: 'Said to everybody in the server’s own name.',
          fields: [{ name: 'text', label: 'Text' }],
          confirm: 'Announce',
        });
      },
      'small',
    ),
    button(
      'New channel…',
      () => {
        void asked('channel-create', {
          title: 'New channel',
          fields: [{ name: 'name', label: 'Name', hint: 'Letters, digits, - and _', maxLength: 30 }],
          confirm: 'Open it',
        });
      },
      'small',
    ),
    button(
      'Delete channel…',
      () => {
        void asked('channel-delete', {
          title: 'Delete a channel',
          text: 'What was said in it is gone, and whoever is inside goes to the lounge.',
          fields: [
            {
              name: 'channel',
              label: 'Channel',
              options: community.channels.map(({ channel, name }) => [channel, `#${name}`] as const),
            },
          ],
          confirm: 'Delete',
          isDangerous: true,
        });
      },
      'small',
    ),
  );

  const showActions = () => {
    const who = person();
    const isAway = who === undefined || who.dialects.length === 0;
    for (const one of [silence, ban, rename, remove]) one.disabled = who === undefined;
    kick.disabled = isAway;
    silence.textContent = who?.isSilenced === true ? 'Let speak' : 'Silence';
    ban.textContent = who?.isBanned === true ? 'Unban' : 'Ban';
  };
  showActions();
  return (now) => {
    community = now;
    if (person() === undefined) chosen = now.people.find(({ dialects }) => dialects.length > 0)?.user ?? '';
    const focused =
      document.activeElement instanceof HTMLInputElement && document.activeElement.name === 'somebody';
    byId('nobody').hidden = now.people.length > 0;
    somebody.replaceChildren(
      ...now.people.map((one) =>
        choice(one, one.user === chosen, () => {
          chosen = one.user;
          showActions();
        }),
      ),
    );
    if (focused) somebody.querySelector<HTMLInputElement>('input:checked')?.focus();
    showActions();
  };
}

function choice(
  { user, handle, dialects, isBanned, isSilenced }: KnownPerson,
  isChosen: boolean,
  choose: () => void,
): HTMLElement {
  const input = h('input', {
    type: 'radio',
    attributes: { name: 'somebody', value: user },
    on: { change: choose },
  });
  input.checked = isChosen;
  const dots = dialects.map(protocolDot);
  const states = [
    dialects.length === 0 ? 'away' : null,
    isBanned ? 'banned' : null,
    isSilenced ? 'silenced' : null,
  ].filter((state) => state !== null);
  return h(
    'label',
    { class: `choice-chip${dialects.length === 0 ? ' is-away' : ''}`, title: dialects.join(', ') },
    input,
    h(
      'span',
      { class: 'chip-text' },
      handle,
      ...states.map((state) => h('span', { class: 'tag' }, state)),
      ...dots,
    ),
  );
}
