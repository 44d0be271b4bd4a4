import { Rejection } from '../../../core/rejection.js';
import { isBannedAnywhere, silenceOf } from '../../../domain/moderation/bans.js';
import type { Texts } from '../ask.js';
import { dialectName } from '../dialect-name.js';
import { otherIn, personIn } from '../named-people.js';
import { objectIn } from '../objects.js';
import { worldDenied } from '../refusal.js';
import { moderationState } from '../shapes.js';
import type { CommandRow } from './command.js';

/** What the commands here share: they take somebody else's id, and are for those who may manage people (section 5). */
const managing = { section: '5', permission: 'world:users.manage' } as const;

/** What the rules refuse of acts on other people, where the handler did not. */
const actTexts: Texts = {
  'not-permitted': worldDenied,
  'user-outranks': worldDenied,
  'last-owner': worldDenied,
};

// There is no rank in this protocol: whoever manages people may act on each other, but not on who is above them in the chat.
const equals = true;

const ban: CommandRow = {
  ...managing,
  action: 'user.ban',
  fields: { id: 'uuid' },
  run(ask) {
    const user = otherIn(ask);
    return ask.submit('user.ban', { by: ask.user, user, until: null, equals }, undefined, actTexts);
  },
};

const silence: CommandRow = {
  ...managing,
  action: 'user.silence',
  fields: { id: 'uuid' },
  run(ask) {
    const user = otherIn(ask);
    // Who is banned stays so, and has no connection that could be told to load anew.
    if (ask.read((view) => moderationState(view, user, ask.turn.now)) === 'banned') return ask.reply();
    const input = { by: ask.user, user, until: null, anew: true, equals } as const;
    return ask.submit('user.silence', input, undefined, actTexts);
  },
};

const reactivate: CommandRow = {
  ...managing,
  action: 'user.reactivate',
  fields: { id: 'uuid' },
  async run(ask) {
    const user = otherIn(ask, true);
    const tag = ask.request.action;
    if (ask.read((view) => isBannedAnywhere(view, user, ask.turn.now))) {
      const lifted = await ask.turn.submit('user.unban', { by: ask.user, user }, { tag });
      if (lifted instanceof Rejection) return ask.rejected(lifted, actTexts);
    }
    if (ask.read((view) => silenceOf(view, user, ask.turn.now)) === undefined) return ask.reply();
    return ask.submit('user.unsilence', { by: ask.user, user, equals }, undefined, actTexts);
  },
};

const remove: CommandRow = {
  ...managing,
  action: 'user.delete',
  fields: { id: 'uuid' },
  run(ask) {
    const user = otherIn(ask);
    const input = { by: ask.user, user, via: dialectName, equals } as const;
    return ask.submit('user.remove', input, () => ({}), actTexts);
  },
};

const update: CommandRow = {
  ...managing,
  action: 'user.admin.update',
  fields: { id: 'uuid', profile: 'object' },
  run(ask) {
    const user = personIn(ask);
    const profile = objectIn(ask, 'profile');
    if (profile === undefined) return ask.reply();
    return ask.submit('user.profile', { by: ask.user, user, profile }, () => ({}), actTexts);
  },
};

export const moderationCommands: readonly CommandRow[] = [ban, silence, reactivate, remove, update];
