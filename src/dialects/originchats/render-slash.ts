import type { RenderTable } from '../dialect.js';
import type { Frame } from './packets.js';
import { shortPlaceOf } from './shapes.js';
import { slashShape } from './slash-shapes.js';
import { pushToAll } from './to-whom.js';

/** Commands of bots (section 6.8). */
export const renderSlash: Pick<RenderTable<Frame>, 'slash_add' | 'slash_remove' | 'slash_call'> = {
  slash_add: ({ commands, person }) =>
    pushToAll({ cmd: 'slash_add', commands: commands.map((one) => slashShape(one, person.handle)) }),
  slash_remove: ({ commands }) => pushToAll({ cmd: 'slash_remove', commands }),
  slash_call: ({ person, bot, session, from, channel, command, args, origin }) => {
    const frame: Frame = {
      cmd: 'slash_call',
      // The commander is whoever registered the command.
      val: { command, args, commander: bot.handle },
      invoker: person.identity,
      invokerUsername: person.handle,
      ...shortPlaceOf(channel),
    };
    const tag = origin?.tag;
    return [
      { to: { to: 'session', session }, packets: [frame] },
      ...(from === undefined
        ? []
        : [
            {
              to: { to: 'session', session: from } as const,
              packets: [tag === undefined ? frame : { ...frame, listener: tag }],
            },
          ]),
    ];
  },
};
