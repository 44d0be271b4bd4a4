import * as v from 'valibot';
import { attachmentOf, liveUpload } from '../../../domain/attachments/attachments.js';
import { textOf } from '../context.js';
import { refuse } from '../refusal.js';
import { fieldsOf } from '../schema.js';
import { attachmentShape } from '../shapes.js';
import type { CommandRow } from './command.js';

const get: CommandRow = {
  cmd: 'attachment_get',
  section: '6.11',
  // Uploads come by HTTP; the name tells clients that they may.
  capabilities: ['attachment_get', 'attachment_upload'],
  announced: ({ attachments }) => attachments.enabled,
  run(ask) {
    const id = textOf(ask.request.attachment_id) ?? '';
    const found =
      ask.read((view) => liveUpload(view, id, ask.turn.now)) ?? refuse('Attachment not found or expired');
    const attachment = attachmentShape(attachmentOf(found), ask.tools.settings.server.url ?? '');
    ask.reply({ attachment }, 'attachment_info');
  },
};

const remove: CommandRow = {
  cmd: 'attachment_delete',
  section: '6.11',
  announced: ({ attachments }) => attachments.enabled,
  run(ask) {
    const wish = fieldsOf(v.object({ attachment_id: v.string() }), ask.request);
    if (typeof wish === 'string') refuse(`Invalid attachment_delete command: ${wish}`);
    const { attachment_id: id } = wish;
    const texts = {
      'attachment-unknown': 'Attachment not found',
      'attachment-not-own': 'You can only delete your own attachments',
      unavailable: 'Failed to delete attachment',
    };
    return ask.submit('upload.remove', { by: ask.user, id }, texts, () =>
      ask.reply({ attachment_id: id, deleted: true }, 'attachment_deleted'),
    );
  },
};

export const attachmentCommands: readonly CommandRow[] = [get, remove];
