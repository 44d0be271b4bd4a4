import type { MessageId } from '../../../domain/ids.js';
import { deleteChannel } from './channels.js';
import type { CommandContext, CommandRow } from './command.js';

/** Section 8.6, /delmsg. The reasons for a refusal are not told apart. */
async function deleteMessage({ args, may, me, notAllowed, notice, submit }: CommandContext): Promise<void> {
  if (!may('message.delete.any', 'message.delete.own')) return notAllowed();
  const typed = args[0] ?? '';
  if (!/^[0-9]+$/.test(typed)) return notice('cmderr');
  const id = Number(typed);
  if (!Number.isSafeInteger(id)) return notice('delerr');
  await submit(
    'message.delete',
    { by: me.user, id: id as MessageId, asShown: true, kinds: ['text', 'direct'] },
    {
      'message-unknown': ['delerr'],
      'user-outranks': ['delerr'],
      'not-permitted': ['delerr'],
      'channel-rank-too-low': ['delerr'],
    },
  );
}

export const deletionCommands: readonly CommandRow[] = [
  { names: ['delmsg'], section: '8.6', notices: ['cmdna', 'cmderr', 'delerr'], run: deleteMessage },
  {
    // A word of digits alone is a message, anything else a channel.
    names: ['delete'],
    section: '8.6',
    notices: ['cmdna', 'cmderr', 'delerr', 'nochan', 'ndchan', 'delchan'],
    run(context) {
      const typed = context.args[0] ?? '';
      if (typed === '') return context.notice('cmderr');
      return /^[0-9]+$/.test(typed) ? deleteMessage(context) : deleteChannel(context);
    },
  },
];
