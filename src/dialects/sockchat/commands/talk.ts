import { sanitiseText } from '../text.js';
import { unheard, type Word } from '../wording.js';
import { type CommandRow, findOnline, seenBy } from './command.js';

/** Section 8.10. */
const whisper: CommandRow = {
  names: ['msg', 'whisper'],
  section: '8.10',
  notices: ['cmderr', 'usernf'],
  async run({ args, me, notice, read, submit }) {
    const [name, ...words] = args;
    const text = words.join(' ');
    if (!name || text === '') return notice('cmderr');
    const to = read((view) => findOnline(view, name, seenBy(me)));
    if (to === undefined) return notice('usernf', sanitiseText(name));
    if (to.user === me.user) return;
    const notFound: Word = ['usernf', sanitiseText(name)];
    await submit(
      'direct.whisper',
      { from: me.user, to: to.user, text },
      { 'user-offline': notFound, 'user-unknown': notFound, ...unheard },
    );
  },
};

/** Section 8.11. */
const action: CommandRow = {
  names: ['me', 'action'],
  section: '8.11',
  notices: [],
  async run({ args, me, submit }) {
    const text = args.join(' ');
    if (text.trim() === '' || me.channel === undefined) return;
    await submit(
      'message.send',
      { by: me.user, channel: me.channel, text, action: true, inside: true },
      unheard,
    );
  },
};

/** Section 8.14. */
const announce: CommandRow = {
  names: ['say'],
  section: '8.14',
  notices: ['cmdna', 'say'],
  async run({ args, me, may, notAllowed, submit }) {
    if (!may('announce')) return notAllowed();
    await submit('announce', { by: me.user, text: args.join(' ') });
  },
};

export const talkCommands: readonly CommandRow[] = [whisper, action, announce];
