import { dataUri, png } from '../originchats/support/files.js';
import type { Member } from '../originchats/support/server.js';
import { onOrigin } from './support/acts.js';
import { type Cast, type Fact, nothing, shows, tells } from './support/facts.js';
import { event, line, person, posted, text, unread } from './support/shapes.js';

const nobody = { sockchat: nothing, originchats: nothing, venueless: nothing, conclave: nothing };
const sealed = 'what is said there is sealed';
const none = 'there is no such thing there';
const host = 'the host speaks in texts';

/** Uploads a picture by OriginChats; its id. */
async function upload({ town }: Cast, member: Member): Promise<string> {
  const [handshake] = member.probe.frames;
  const response = await fetch(`http://${town.host}/attachments/upload`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      validator_key: handshake.val.validator_key,
      validator: member.login[1].validator,
      file: dataUri('image/png', png),
      name: 'a.png',
      mime_type: 'image/png',
      channel: 'lounge',
    }),
  });
  const { attachment } = (await response.json()) as { attachment: { id: string } };
  return attachment.id;
}

const poll = { cmd: 'poll_create', channel: 'lounge', question: 'Tea?', options: ['yes', 'no'] };

const options = [
  { id: '0', text: 'yes' },
  { id: '1', text: 'no' },
];
const asked = { question: 'Tea?', options, allow_multiselect: false };
const where = { poll_id: '#-2', message_id: '#-1', channel: 'lounge', thread_id: null };

/** Results of the poll, by who voted for the first option. */
function results(voters: readonly string[], ended: boolean) {
  return {
    poll_id: '#-2',
    question: 'Tea?',
    allow_multiselect: false,
    ended,
    ended_at: ended ? 'T' : null,
    total_votes: voters.length,
    results: options.map((option) => {
      const by = option.id === '0' ? voters : [];
      return { ...option, emoji: null, votes: by.length, voters: by };
    }),
  };
}

const link = ' <br/> https://town.example/attachments/(file)';

export const filesAndPolls: readonly Fact[] = [
  {
    row: 'attachment, embed',
    title: 'a message with a file',
    causes: {
      sockchat: none,
      originchats: async (cast) => {
        const member = await cast.town.origin(cast.who);
        const id = await upload(cast, member);
        return () =>
          member.send({ cmd: 'message_new', channel: 'lounge', content: 'look', attachments: [{ id }] });
      },
      venueless: async (cast) => {
        const { town, who } = cast;
        const member = await town.world(who, 'lounge');
        const form = new FormData();
        form.set('file', new Blob([png]), 'a.png');
        const profile = { display_name: who.name };
        const answer = await fetch(`http://${town.host}/world/demo/upload/`, {
          method: 'POST',
          headers: { authorization: `Bearer ${JSON.stringify({ ...who, profile })}` },
          body: form,
        });
        const { url } = (await answer.json()) as { url: string };
        return () =>
          member.done('chat.send', {
            channel: town.channelUuid('lounge'),
            event_type: 'channel.message',
            content: { type: 'files', files: [{ url, name: 'a.png', mimeType: 'image/png' }], body: 'look' },
          });
      },
      conclave: sealed,
      host,
    },
    views: {
      ...nobody,
      sockchat: shows('its link as text', ({ who }) => [line(who, `look${link}`)]),
      originchats: shows('as is', ({ who, by }) => [
        posted(who.name, 'look', {
          attachments: [
            {
              id: '(file)',
              name: 'a.png',
              mime_type: 'image/png',
              size: png.length,
              url: 'https://town.example/attachments/(file)',
              width: 258,
              height: 5,
              ...(by === 'venueless'
                ? { expires_at: null, permanent: true }
                : { expires_at: `T+${7 * 24 * 3_600 - 7}`, permanent: false }),
            },
          ],
        }),
      ]),
      venueless: shows('`files`', ({ who }) => [
        event(person(who.name), {
          type: 'files',
          files: [
            {
              url: 'https://town.example/world/demo/files/(file)/a.png',
              name: 'a.png',
              mimeType: 'image/png',
            },
          ],
          body: 'look',
        }),
        unread(),
      ]),
      host: tells('message'),
    },
  },
  {
    row: 'attachment, embed',
    title: 'a message with an embed',
    causes: {
      sockchat: none,
      originchats: onOrigin((member) =>
        member.send({
          cmd: 'message_new',
          channel: 'lounge',
          content: 'look',
          embeds: [{ title: 'News', description: 'There is tea' }],
        }),
      ),
      venueless: none,
      conclave: sealed,
      host,
    },
    views: {
      ...nobody,
      sockchat: shows('its title as text', ({ who }) => [line(who, 'look <br/> News')]),
      originchats: shows('as is', ({ who }) => [
        posted(who.name, 'look', { embeds: [{ title: 'News', description: 'There is tea' }] }),
      ]),
      venueless: shows('its title as text', ({ who }) => [
        event(person(who.name), text('look\nNews')),
        unread(),
      ]),
      host: tells('message'),
    },
  },
  {
    row: 'poll',
    title: 'a poll',
    causes: {
      sockchat: none,
      originchats: onOrigin((member) => member.send(poll)),
      venueless: none,
      conclave: sealed,
      host,
    },
    views: {
      ...nobody,
      sockchat: shows('question and options as text', ({ who }) => [
        line(who, 'Tea? <br/> - yes <br/> - no', '10010', '#2'),
      ]),
      originchats: shows('as is', ({ who }) => {
        const embeds = [{ type: 'poll', title: 'Tea?', poll: { id: '#1', ...asked, expires_at: null } }];
        const flat = { id: '#2', user: who.name, content: '', timestamp: 'T', embeds, poll_id: '#1' };
        return [posted(who.name, '', { id: '#2', embeds }, flat)];
      }),
      venueless: shows('text', ({ who }) => [
        event(person(who.name), text('Tea?\n- yes\n- no'), { event_id: '#2' }),
        unread('lounge', '#2'),
      ]),
      host: tells('message', 'poll_create'),
    },
  },
  {
    row: 'poll',
    title: 'a vote',
    causes: {
      sockchat: none,
      originchats: async ({ town, who }) => {
        const member = await town.origin(who);
        const { poll_id } = await member.ask(poll);
        return () => member.send({ cmd: 'poll_vote', poll_id, option_id: '0' });
      },
      venueless: none,
      conclave: sealed,
      host,
    },
    views: {
      ...nobody,
      originchats: shows('`poll_vote_update`', ({ who }) => [
        {
          cmd: 'poll_vote_update',
          ...where,
          user: who.name,
          option_ids: ['0'],
          results: results([who.id], false),
        },
      ]),
      host: tells('poll_vote'),
    },
  },
  {
    row: 'poll',
    title: 'the end of a poll',
    causes: {
      sockchat: none,
      originchats: async ({ town, who }) => {
        const member = await town.origin(who);
        const { poll_id } = await member.ask(poll);
        return () => member.send({ cmd: 'poll_end', poll_id });
      },
      venueless: none,
      conclave: sealed,
      host,
    },
    views: {
      ...nobody,
      originchats: shows('`poll_end`', [{ cmd: 'poll_end', ...where, results: results([], true) }]),
      host: tells('poll_end'),
    },
  },
];
