import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gathering, sealed } from '../../../tests/support/groups.js';
import { Rejection } from '../../core/rejection.js';
import type { GroupId, InviteId, UserId } from '../ids.js';
import { keyStocks, regularPackages } from '../keys/keys.js';
import { users } from '../users/users.js';
import { externalJoins, groupBans, groupMembers, groups, pairKey } from './groups.js';
import { inviteData, invites, welcomesOf } from './invites.js';
import { groupMessages } from './messages.js';

const logins = ['anna', 'ben', 'cleo', 'dora'];
const names = ['team', 'crew'];

/** One wish: what, by whom, where, about whom, with how much. */
const wish = fc.record({
  what: fc.constantFrom(
    'create',
    'open',
    'fleeting',
    'remove',
    'join',
    'rejoin',
    'send',
    'commit',
    'fetched',
    'invite',
    'accept',
    'decline',
    'cancel',
    'expel',
    'leave',
    'ban',
    'unban',
    'promote',
    'demote',
    'keys',
    'add',
    'take',
    'reset',
    'welcome',
    'purge',
    'wait',
    'token',
    'account',
    'gone',
  ),
  by: fc.nat(logins.length - 1),
  user: fc.nat(logins.length - 1),
  group: fc.nat(names.length - 1),
  much: fc.nat(12),
});

test('whatever people do, numbers are not used again, keys are given once, and nobody gone leaves a row', () => {
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 120 }), fc.boolean(), fc.boolean(), (wishes, promote, drop) => {
      const chat = gathering({ promoteSuccessor: promote, dropEmptyGroups: drop, inviteMs: 5_000 });
      const { run, bench } = chat;
      const people = logins.map((login) => chat.account(login));
      const all = new Set<UserId>(people);
      const given = new Map<string, string>();
      const single = new Set<string>();
      let packages = 0;
      let tokens = 0;
      const gone: UserId[] = [];
      const noteSaid = () => {
        for (const { group, sequence, sender, data, at } of bench.archived(groupMessages)) {
          const said = `${sender} ${data} ${at}`;
          const key = `${group} ${sequence}`;
          expect(given.get(key) ?? said).toBe(said);
          given.set(key, said);
        }
      };
      const noteTaken = (result: unknown) => {
        if (result instanceof Rejection) return;
        const { data, packages: several } = result as { data?: string; packages?: { data: string }[] };
        for (const one of several?.map((each) => each.data) ?? [data as string]) {
          if (one.startsWith('L')) continue;
          expect(single.has(one)).toBe(false);
          single.add(one);
        }
      };
      const idOf = (name: string) =>
        bench.read((view) => view.one(groups, 'name', name)?.id ?? ('none' as GroupId));
      const inviteOf = (group: GroupId, user: UserId) =>
        bench.read((view) => view.one(invites, 'pair', pairKey(group, user))?.id ?? ('none' as InviteId));
      for (const { what, much, ...who } of wishes) {
        const by = people[who.by] as UserId;
        const user = people[who.user] as UserId;
        const name = names[who.group] as string;
        const group = idOf(name);
        const there = { by, group };
        const data = `ZGF0YT${much}A`;
        if (what === 'create') run('group.create', { by, name });
        else if (what === 'open') run('group.update', { ...there, visibility: 'public' });
        else if (what === 'fleeting')
          run('group.update', { ...there, expirySeconds: much % 3 === 0 ? 0 : much });
        else if (what === 'remove') run('group.remove', there);
        else if (what === 'join') run('group.join', there);
        else if (what === 'rejoin') run('group.rejoin', { ...there, commit: data });
        else if (what === 'send') run('group.send', { ...there, data });
        else if (what === 'commit') run('group.commit', { ...there, commit: data, info: data });
        else if (what === 'fetched') run('group.fetched', { ...there, sequence: much });
        else if (what === 'invite') run('invite.add', { ...there, user, ...sealed });
        else if (what === 'accept') run('invite.accept', { by, invite: inviteOf(group, by) });
        else if (what === 'decline') run('invite.decline', { by, invite: inviteOf(group, by) });
        else if (what === 'cancel') run('invite.cancel', { ...there, user });
        else if (what === 'expel') run('group.expel', { ...there, user, commit: data });
        else if (what === 'leave') run('group.leave', there);
        else if (what === 'ban') run('group.ban', { ...there, user });
        else if (what === 'unban') run('group.unban', { ...there, user });
        else if (what === 'promote') run('group.promote', { ...there, user });
        else if (what === 'demote') run('group.demote', { ...there, user });
        else if (what === 'keys') noteTaken(run('group.keys', { ...there, users: [user] }));
        else if (what === 'add')
          run('keys.add', {
            by,
            packages: Array.from({ length: much }, (_, n) => {
              packages++;
              return { data: `${n % 5 === 4 ? 'L' : 'R'}${packages}`, lastResort: n % 5 === 4 };
            }),
          });
        else if (what === 'take') noteTaken(run('keys.take', { user }));
        else if (what === 'reset') run('keys.reset', { by });
        else if (what === 'welcome') {
          for (const { id } of bench.read((view) => welcomesOf(view, by)))
            run('welcome.accept', { by, welcome: id });
        } else if (what === 'purge') {
          const messages = bench.archived(groupMessages).filter((one) => one.group === group);
          run('group.purge', { group, messages });
          run('invite.purge', {});
        } else if (what === 'wait') bench.at += much * 1_000;
        else if (what === 'token') {
          run('token.create', { user: by, hash: `t${++tokens}`, dialect: 'sealed' });
          run('token.use', { hash: `t${tokens}` });
        } else if (what === 'gone') {
          if (!(run('user.leave', { user: by, via: 'sealed' }) instanceof Rejection)) gone.push(by);
        } else if (gone.includes(by)) {
          people[who.by] = chat.account(logins[who.by] as string);
          expect(all.has(people[who.by] as UserId)).toBe(false);
          all.add(people[who.by] as UserId);
        }
        noteSaid();
      }
      bench.read((view) => {
        for (const { regular } of view.all(keyStocks))
          expect(regular.length).toBeLessThanOrEqual(regularPackages);
        const pairs = [...view.all(invites)].map(({ group, invitee }) => pairKey(group, invitee));
        expect(new Set(pairs).size).toBe(pairs.length);
        for (const { group, user } of view.all(groupMembers)) {
          expect([view.get(groups, group)?.id, view.get(users, user)?.id]).toEqual([group, user]);
          expect(view.get(groupBans, pairKey(group, user))).toBeUndefined();
        }
        const bytes = bench.archived(inviteData).map(({ id }) => String(id));
        expect(bytes).toEqual(
          [...view.all(invites)].map(({ id }) => id).sort((a, b) => Number(a) - Number(b)),
        );
        for (const { group } of view.all(externalJoins)) expect(view.get(groups, group)?.id).toBe(group);
        for (const { id, last } of view.all(groups)) {
          const numbers = bench.archived(groupMessages).filter((one) => one.group === id);
          expect(Math.max(0, ...numbers.map(({ sequence }) => sequence))).toBeLessThanOrEqual(last);
          if (drop) expect(view.count(groupMembers, 'group', id)).toBeGreaterThan(0);
        }
      });
      for (const user of gone) expect(chat.traces(user)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
