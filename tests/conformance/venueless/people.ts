import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/ports.js';
import { originchats } from '../../../src/dialects/originchats/index.js';
import { uuidOf } from '../../../src/dialects/uuid.js';
import type { Auth } from '../../../src/domain/auth.js';
import { type Json, JsonProbe } from '../../support/json-probe.js';
import { type Member, type ServeOptions, serve, type VenuelessServer } from './support/server.js';

const denied = { code: 'auth.denied', message: 'Permission denied.' };
const byName: Auth = ({ arguments: [name = ''] }) => ({ provider: 'test', id: name, name });
const stranger = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

/** Section 5: looking people up, and one's own profile. */
export function people(): void {
  let server: VenuelessServer;
  afterEach(() => server.stop());
  const open = async (options: ServeOptions = {}) => {
    server = await serve(options);
    return server;
  };
  /** Somebody as everybody is shown them. */
  const shown = (who: Member, more: object = {}) => ({
    id: who.id,
    profile: { display_name: who.name },
    pretalx_id: null,
    deleted: false,
    badges: [],
    inactive: false,
    ...more,
  });

  describe('user.update', () => {
    test('replaces the profile as a whole and tells the other sockets of the user, with client_state, not the sender nor anybody else', async () => {
      await open();
      const { anna, ben } = await server.cast({ anna: {}, ben: {} });
      const other = await server.arrive('anna');
      const profile = { display_name: 'Anna', avatar: { identicon: 'x' }, fields: { a: 'b' }, greeted: true };
      expect(await anna.done('user.update', { profile, client_state: { tab: 1 } })).toEqual({});
      expect(await other.settle()).toEqual([
        ['user.updated', shown(other, { profile, client_state: { tab: 1 } })],
      ]);
      expect(await anna.settle()).toEqual([]);
      expect(await ben.settle()).toEqual([]);
      await anna.done('user.update', { profile: { display_name: 'Anna' } });
      expect(await other.settle()).toEqual([
        ['user.updated', shown(other, { profile: { display_name: 'Anna' }, client_state: { tab: 1 } })],
      ]);
      expect((await ben.done('user.fetch', { id: anna.id })).profile).toEqual({ display_name: 'Anna' });
    });

    test('is there at the next login, client_state included', async () => {
      await open();
      const anna = await server.guest('anna');
      expect(anna.welcome['user.config']).toMatchObject({ profile: {}, client_state: {} });
      await anna.done('user.update', { profile: { display_name: 'Anna' }, client_state: { tour: true } });
      const again = await server.guest('anna');
      expect(again.welcome['user.config']).toEqual(
        shown(again, { id: anna.id, profile: { display_name: 'Anna' }, client_state: { tour: true } }),
      );
    });

    test('takes client_state alone, ignores other keys, and succeeds with none', async () => {
      await open();
      const { anna } = await server.cast({ anna: {} });
      const other = await server.arrive('anna');
      expect(await anna.done('user.update', { client_state: { a: 1 } })).toEqual({});
      expect(await other.settle()).toMatchObject([['user.updated', { client_state: { a: 1 } }]]);
      expect(await anna.done('user.update', { pretalx_id: 'ABC', moderation_state: 'banned' })).toEqual({});
      expect(await anna.done('user.update', {})).toEqual({});
      expect(await anna.done('user.update', null)).toEqual({});
      expect(await other.settle()).toEqual([]);
      expect(await anna.done('user.fetch', { id: anna.id })).toEqual(shown(anna));
    });

    test('refuses what is no object, and more than the chat keeps, and changes nothing', async () => {
      await open({ limits: { profileBytes: 100, clientStateBytes: 100, displayNameLength: 10 } });
      const { anna } = await server.cast({ anna: {} });
      const long = 'x'.repeat(200);
      for (const payload of [
        { profile: 4 },
        { profile: null },
        { profile: ['x'] },
        { client_state: 'x' },
        { profile: { long } },
        { client_state: { long } },
        { profile: { display_name: 'x'.repeat(11) } },
      ])
        expect(await anna.refused('user.update', payload)).toEqual({ code: 'user.invalid_body' });
      expect(await anna.done('user.fetch', { id: anna.id })).toEqual(shown(anna));
    });

    test('a name given on OriginChats reaches all sockets of whoever it is of', async () => {
      await open({
        beside: [originchats()],
        auth: ({ arguments: [name = ''] }) => ({ provider: 'test', id: name, name }),
      });
      const anna = await server.guest('anna');
      const tab = await JsonProbe.open(`${server.beside('originchats')}/`, 'anna');
      tab.send({ cmd: 'auth', validator: 'client-of-anna' });
      await tab.until((frame) => frame.cmd === 'ready');
      await anna.settle();
      tab.send({ cmd: 'slash_call', channel: 'stage', command: 'nick', args: { nickname: 'Anna L.' } });
      await tab.until((frame) => frame.cmd === 'nickname_update');
      expect(await anna.settle()).toMatchObject([
        ['user.updated', { id: anna.id, profile: { display_name: 'Anna L.' } }],
      ]);
      tab.send({ cmd: 'status_set', status: 'idle', text: 'tea' });
      await tab.until((frame) => frame.cmd === 'status_get' || frame.cmd === 'status_set');
      expect(await anna.settle()).toEqual([]);
    });
  });

  describe('user.fetch', () => {
    test('answers one by id, or user.not_found', async () => {
      await open();
      const { anna, ben } = await server.cast({ anna: {}, ben: {} });
      expect(await anna.done('user.fetch', { id: ben.id })).toEqual(shown(ben));
      expect(await anna.done('user.fetch', { id: ben.id.toUpperCase() })).toEqual(shown(ben));
      const channel = anna.channel('stage');
      for (const id of [stranger, '1234', '', 4, null, [ben.id], { id: ben.id }, channel])
        expect(await anna.refused('user.fetch', { id })).toEqual({ code: 'user.not_found' });
      expect(await anna.refused('user.fetch', {})).toEqual({ code: 'user.invalid_body' });
      expect(await anna.refused('user.fetch', null)).toEqual({ code: 'user.invalid_body' });
    });

    test('answers several by ids and leaves out the unknown ones; ids win over pretalx_ids, those over id', async () => {
      await open();
      const { anna, ben } = await server.cast({ anna: {}, ben: {} });
      const ids = [ben.id, stranger, '1234', 7, null, anna.id, ben.id];
      const both = { [anna.id]: shown(anna), [ben.id]: shown(ben) };
      expect(await anna.done('user.fetch', { ids })).toEqual(both);
      expect(await anna.done('user.fetch', { ids, pretalx_ids: ['A'], id: stranger })).toEqual(both);
      expect(await anna.done('user.fetch', { pretalx_ids: ['A'], id: ben.id })).toEqual({});
      expect(await anna.done('user.fetch', { ids: [] })).toEqual({});
      for (const payload of [{ ids: ben.id }, { ids: null }, { pretalx_ids: 'A' }])
        expect(await anna.refused('user.fetch', payload)).toEqual({ code: 'user.invalid_body' });
    });

    test('looks at the first hundred ids and drops the rest without a word', async () => {
      await open();
      const { anna, ben } = await server.cast({ anna: {}, ben: {} });
      const many = Array.from({ length: 99 }, () => stranger);
      expect(Object.keys(await anna.done('user.fetch', { ids: [...many, ben.id, anna.id] }))).toEqual([
        ben.id,
      ]);
      expect(await anna.done('user.fetch', { ids: [...many, stranger, ben.id] })).toEqual({});
    });

    test('tells those who may manage people the state and the token id, theirs included, and nobody else', async () => {
      await open();
      const { anna, ben, max } = await server.cast({ anna: {}, ben: {}, max: { traits: ['admin'] } });
      const gast = await server.guest('gast');
      await max.done('user.silence', { id: ben.id });
      expect(await max.done('user.fetch', { id: ben.id })).toMatchObject({
        moderation_state: 'silenced',
        token_id: 'ben',
      });
      expect(await max.done('user.fetch', { id: max.id })).toMatchObject({
        moderation_state: '',
        token_id: 'max',
      });
      expect(await max.done('user.fetch', { id: gast.id })).toMatchObject({ token_id: null });
      expect(await anna.done('user.fetch', { id: ben.id })).toEqual(shown(ben));
      expect(max.welcome['user.config']).not.toHaveProperty('moderation_state');
    });

    test('wears the badges of one’s traits, each once and sorted', async () => {
      await open({ venueless: { badges: { orga: 'Team', help: 'Angel', chef: 'Team' } } });
      const { anna } = await server.cast({ anna: { traits: ['orga', 'attendee', 'help', 'chef'] } });
      expect((await anna.done('user.fetch', { id: anna.id })).badges).toEqual(['Angel', 'Team']);
    });
  });

  describe('user.list', () => {
    test('lists everybody who has not left, sorted by display name, for those who hold world:users.list', async () => {
      await open();
      const { zoe, max, anna, ben } = await server.cast({
        zoe: {},
        max: { traits: ['admin'] },
        anna: {},
        ben: {},
      });
      expect(await zoe.refused('user.list')).toEqual(denied);
      const names = async (payload: unknown) =>
        (await max.done('user.list', payload)).results.map((one: { id: string }) => one.id);
      const everybody = [anna.id, ben.id, max.id, zoe.id];
      await max.done('user.ban', { id: zoe.id });
      for (const payload of [null, {}, { type: 'person' }, { include_banned: true }])
        expect(await names(payload)).toEqual(everybody);
      expect(await names({ include_banned: false })).toEqual([anna.id, ben.id, max.id]);
      for (const type of ['kiosk', 'anon', 'nobody']) expect(await names({ type })).toEqual([]);
      const { results } = await max.done('user.list', null);
      expect(results[3]).toEqual(
        shown(zoe, { moderation_state: 'banned', token_id: 'zoe', inactive: expect.any(Boolean) }),
      );
      await max.done('user.delete', { id: ben.id });
      await anna.done('user.update', { profile: { display_name: 'Zz' } });
      expect(await names({})).toEqual([max.id, zoe.id, anna.id]);
      for (const payload of [{ type: 4 }, { type: null }, { include_banned: 'yes' }])
        expect(await max.refused('user.list', payload)).toEqual({ code: 'user.invalid_body' });
    });

    test('leaves banned people out for whoever may list and not manage, unless they ask without a payload', async () => {
      await open({
        venueless: {
          roles: { lister: ['world:users.list'] },
          traitGrants: { attendee: [], lister: ['list'] },
        },
      });
      const { liz } = await server.cast({ anna: {}, liz: { traits: ['list'] } });
      await server.chat.users.ban(server.chat.users.byHandle('anna')?.id ?? ('' as never));
      expect((await liz.done('user.list', { include_banned: true })).results).toEqual([shown(liz)]);
      expect((await liz.done('user.list', null)).results).toHaveLength(2);
    });
  });

  describe('user.list.search', () => {
    const fields = [
      { id: 'city', label: 'City', searchable: true },
      { id: 'secret', label: 'Secret', searchable: false },
    ];
    const world = { worlds: { demo: { profileFields: fields }, other: {} } };

    test('finds what is in display names and searchable fields, in any case, a page at a time, without deleted', async () => {
      await open({ venueless: { ...world, searchPageSize: 2 } });
      const { anna, hannes, johanna, ben } = await server.cast({
        anna: {},
        hannes: {},
        johanna: {},
        ben: {},
      });
      const search = (search_term: string, page = 1) => anna.done('user.list.search', { search_term, page });
      const found = async (term: string, page = 1) =>
        (await search(term, page)).results.map((one: { id: string }) => one.id);
      expect(await search('ANN')).toEqual({
        results: [anna, hannes].map((one) => {
          const { deleted: _, ...rest } = shown(one);
          return rest;
        }),
        isLastPage: false,
      });
      expect(await found('ANN', 2)).toEqual([johanna.id]);
      expect((await search('ANN', 2)).isLastPage).toBe(true);
      expect(await search('ANN', 3)).toEqual({ results: [], isLastPage: true });
      expect(await search('nobody')).toEqual({ results: [], isLastPage: true });
      expect(await found('', 2)).toEqual([hannes.id, johanna.id]);
      for (const page of [0, -1, 1.5])
        expect(await search('', page)).toEqual({ results: [], isLastPage: true });
      const profile = { display_name: 'Ben', fields: { city: 'Hannover', secret: 'Annapolis' } };
      await ben.done('user.update', { profile });
      expect(await found('hann')).toEqual([ben.id, hannes.id]);
      expect(await found('polis')).toEqual([]);
      const elsewhere = await server.arrive('ines', {}, 'other');
      expect(
        (await elsewhere.done('user.list.search', { search_term: 'hannover', page: 1 })).results,
      ).toEqual([]);
    });

    test('follows people as they are named, renamed, banned and deleted', async () => {
      await open();
      const { anna, max } = await server.cast({ anna: {}, max: { traits: ['admin'] } });
      const found = async (who: Member, more: object = {}) =>
        (await who.done('user.list.search', { search_term: 'g', page: 1, ...more })).results.map(
          (one: { id: string }) => one.id,
        );
      expect(await found(anna)).toEqual([]);
      const gast = await server.guest('gast');
      expect(await found(anna)).toEqual([]);
      await gast.done('user.update', { profile: { display_name: 'Gast' } });
      expect(await found(anna)).toEqual([gast.id]);
      await gast.done('user.update', { profile: { display_name: 'Sam' } });
      expect(await found(anna)).toEqual([]);
      await gast.done('user.update', { profile: { display_name: 'Gast' } });
      await max.done('user.ban', { id: gast.id });
      expect(await found(anna)).toEqual([]);
      expect(await found(max)).toEqual([gast.id]);
      expect(await found(max, { include_banned: false })).toEqual([]);
      await max.done('user.reactivate', { id: gast.id });
      expect(await found(anna)).toEqual([gast.id]);
      await max.done('user.delete', { id: gast.id });
      expect(await found(max)).toEqual([]);
    });

    test('narrows to a badge, and asks for as many characters as the host wants unless there is one', async () => {
      await open({ venueless: { badges: { orga: 'Team' }, searchMinChars: 3 } });
      const { anna, olga } = await server.cast({ anna: {}, olga: { traits: ['orga'] } });
      const none = { results: [], isLastPage: true };
      const search = (payload: object) => anna.done('user.list.search', { page: 1, ...payload });
      expect(await search({ search_term: 'ol' })).toEqual(none);
      expect((await search({ search_term: 'olg' })).results).toMatchObject([{ id: olga.id }]);
      expect((await search({ search_term: '', badge: 'Team' })).results).toMatchObject([{ id: olga.id }]);
      expect(await search({ search_term: 'ann', badge: 'Team' })).toEqual(none);
      expect(await search({ search_term: '', badge: 'Crew' })).toEqual(none);
      expect(await search({ search_term: 'ol', badge: null })).toEqual(none);
    });

    test('has nobody on a page that is none', async () => {
      await open();
      const { anna } = await server.cast({ anna: {} });
      for (const page of [null, 0, -1, 1.5, '1', true, [], {}])
        expect(await anna.done('user.list.search', { search_term: 'a', page })).toEqual({
          results: [],
          isLastPage: true,
        });
    });

    test('takes a term and a page', async () => {
      await open();
      const { anna } = await server.cast({ anna: {} });
      for (const payload of [
        {},
        null,
        { search_term: 'a' },
        { page: 1 },
        { search_term: 4, page: 1 },
        { search_term: 'a', page: 1, badge: 4 },
        { search_term: 'a', page: 1, include_banned: 0 },
      ])
        expect(await anna.refused('user.list.search', payload)).toEqual({ code: 'user.invalid_body' });
    });
  });

  describe('user.online_status', () => {
    test('tells who is there in any protocol, except those who do not want to be seen', async () => {
      await open({
        beside: [originchats()],
        auth: byName,
      });
      const anna = await server.login('anna', { client_id: 'anna' });
      const ben = await server.login('ben', { client_id: 'ben' });
      const olivia = await JsonProbe.open(`${server.beside('originchats')}/`, 'olivia');
      olivia.send({ cmd: 'auth', validator: 'olivia' });
      await olivia.until((frame) => frame.cmd === 'ready');
      const other = uuidOf('user', server.chat.users.byHandle('olivia')?.id ?? '');
      const ids = [anna.id, ben.id, other, stranger, '1234', 4];
      expect(await anna.done('user.online_status', { ids })).toEqual({
        [anna.id]: true,
        [ben.id]: true,
        [other]: true,
      });
      await ben.probe.close();
      olivia.send({ cmd: 'status_set', status: 'invisible', text: '' });
      await olivia.until((frame) => frame.cmd === 'status_get' || frame.cmd === 'status_set');
      expect(await anna.done('user.online_status', { ids: [ben.id, other] })).toEqual({
        [ben.id]: false,
        [other]: false,
      });
      for (const payload of [{}, null, { ids: 'x' }])
        expect(await anna.refused('user.online_status', payload)).toEqual({ code: 'user.invalid_body' });
    });
  });

  describe('somebody invisible', () => {
    test('looks at no room and was last seen when they came, for all that others are shown', async () => {
      let hours = 0;
      const clock: Clock = {
        now: () => Date.now() + hours * 3_600_000,
        after: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
        soon: setImmediate,
      };
      await open({ beside: [originchats()], auth: byName, clock });
      const anna = await server.login('anna', { client_id: 'anna' });
      const crowds = async (name: string) => {
        const { welcome } = await server.login(name, { client_id: name });
        return welcome['world.config'].rooms.map((room: Json) => room.users)[0];
      };
      const olga = await server.login('olivia', { client_id: 'olivia' });
      const olivia = await JsonProbe.open(`${server.beside('originchats')}/`, 'olivia');
      olivia.send({ cmd: 'auth', validator: 'olivia' });
      await olivia.until((frame) => frame.cmd === 'ready');
      const set = async (status: string) => {
        olivia.send({ cmd: 'status_set', status, listener: status });
        await olivia.until((frame) => frame.listener === status);
      };
      const room = { room: olga.welcome['world.config'].rooms[0].id };
      await olga.done('chat.subscribe', { channel: olga.channel('stage') });
      expect(await anna.crowd()).toEqual({ ...room, users: 'few' });
      await set('invisible');
      expect(await anna.crowd()).toEqual({ ...room, users: 'none' });
      expect(await crowds('ben')).toBe('none');
      const inactive = async () => (await anna.done('user.fetch', { id: olga.id })).inactive;
      expect(await inactive()).toBe(false);
      hours = 37;
      expect(await inactive()).toBe(true);
      await set('online');
      expect(await inactive()).toBe(false);
      expect(await anna.crowd()).toEqual({ ...room, users: 'few' });
      expect(await crowds('carl')).toBe('few');
    });
  });
}
