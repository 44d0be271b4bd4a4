import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userOfConclaveId } from '../../src/dialects/conclave/index.js';
import type { Auth } from '../../src/domain/auth.js';
import { looksLike, shape, skeleton } from '../../src/domain/users/names.js';
import { users } from '../../src/domain/users/users.js';
import { spoken, Town } from '../conformance/community/support/town.js';
import { uploaded } from '../conformance/originchats/support/files.js';
import type { Member as Originator } from '../conformance/originchats/support/server.js';
import type { Member as Venturer } from '../conformance/venueless/support/server.js';
import { hasBrowser, launchBrowser, newPerson } from '../support/browser.js';
import { hostileNames, hostileTexts } from '../support/hostile-names.js';
import type { Json } from '../support/json-probe.js';
import { ORIGINAL_PAGE } from '../support/original-page.js';
import { arm, seen, WATCH } from '../support/page-watch.js';
import { comeIn, Playground } from '../support/playground.js';
import type { SockProbe } from '../support/sock-probe.js';

const bot = 'ChatBot';
const names = hostileNames(['olga', bot]);
const texts = hostileTexts();

/** Pages of the playground log in with words of its own; everybody else says who they are. */
const auth: Auth = (credentials, context) => {
  const [scheme, name = '', secret = ''] = credentials.arguments;
  return scheme === 'guest' ? { provider: 'pages', id: secret, name, rank: 1 } : spoken(credentials, context);
};

describe.runIf(hasBrowser)(
  'what comes from other protocols, in pages of Sock Chat',
  { timeout: 400_000 },
  () => {
    let playground: Playground;
    let browser: Browser;
    let town: Town;
    let olga: { page: Page; problems: string[] };
    let alice: { page: Page; problems: string[] };
    let sock: SockProbe;
    const counts: Record<string, number> = {};
    const count = (what: string) => {
      counts[what] = (counts[what] ?? 0) + 1;
    };

    beforeAll(async () => {
      [playground, browser] = await Promise.all([Playground.prepare(), launchBrowser()]);
      await playground.start();
      town = await Town.open({
        auth,
        limits: { pollsPerChannel: 10_000 },
        channels: [{ name: 'lounge' }, { name: 'ideas', kind: 'forum' }],
      });
      const at = `http://${town.host}`;
      olga = await newPerson(browser);
      await olga.page.addInitScript(WATCH);
      await olga.page.route(`${at}/original`, (route) =>
        route.fulfill({ contentType: 'text/html', body: ORIGINAL_PAGE }),
      );
      await olga.page.goto(`${at}/original`);
      await olga.page.locator('#channels option').first().waitFor({ state: 'attached' });
      // The playground's page, with the town behind it.
      alice = await newPerson(browser);
      await alice.page.addInitScript(WATCH);
      await alice.page.route(`${at}/**`, async (route) => {
        const { pathname } = new URL(route.request().url());
        // A stream that does not end.
        if (pathname === '/events') return route.abort();
        const response = await fetch(new URL(pathname, playground.url));
        await route.fulfill({
          status: response.status,
          contentType: response.headers.get('content-type') ?? 'text/plain',
          body: Buffer.from(await response.arrayBuffer()),
        });
      });
      await comeIn(alice.page, `${at}/sockchat`, 'alice', 'Member');
      // Reads along: what is no packet of the right number of fields is a failure there.
      sock = await town.sock(town.person('reader'));
      await Promise.all([arm(alice.page), arm(olga.page)]);
    }, 180_000);

    afterAll(async () => {
      await browser?.close();
      await town?.stop();
      await playground?.remove();
      console.log(`hostile in Sock Chat: ${JSON.stringify(counts)}`);
    });

    /** Until both pages have everything said so far. */
    async function caughtUp(mark: string): Promise<void> {
      await town.settle();
      sock.say(mark);
      for (const { page } of [alice, olga])
        await page.locator('#log, #lines').getByText(mark).last().waitFor({ timeout: 60_000 });
    }

    async function nothingRan(): Promise<void> {
      for (const { page } of [alice, olga]) {
        const { ran, violations, attributes } = await seen(page);
        expect({ ran, violations, attributes }).toEqual({ ran: false, violations: [], attributes: [] });
      }
      const inOriginal = await seen(olga.page);
      const parts = ['div', 'li', 'option', 'br', 'i'];
      expect(inOriginal.elements.filter(([name]) => !parts.includes(name))).toEqual([]);
      expect([...alice.problems, ...olga.problems]).toEqual([]);
      expect(town.errors).toEqual([]);
    }

    /** Whoever is in the lists and the past that a fresh login gets, and everybody there is: nobody may be taken for another, nor for the server. */
    async function nobodyIsAnother(): Promise<void> {
      const fresh = await town.sock(town.person('fresh'));
      const { users: here } = await fresh.packet('context_users');
      const past = fresh.packets.flatMap((packet) =>
        packet.kind === 'context_message' ? [packet.user] : [],
      );
      const people = new Map(
        [...here, ...past.filter(({ id }) => id !== '-1')].map(({ id, name }) => [
          id,
          name.replace(/^~|^&lt;[^&]*&gt;_/, ''),
        ]),
      );
      const handles = town.chat.read((view) => [...view.all(users)].filter((one) => !one.private));
      for (const all of [[...people.values()], handles.map(({ handle }) => handle)]) {
        expect(all.filter((name) => looksLike(name, bot) || name === '')).toEqual([]);
        expect(all.filter((name) => /[\t\f\r\n\0<>"]|\p{Cs}/u.test(name))).toEqual([]);
        for (const form of [skeleton, shape]) expect(new Set(all.map(form)).size).toBe(all.length);
      }
      expect([...people.keys()].filter((id) => !/^[1-9]\d*$/.test(id))).toEqual([]);
      await fresh.close();
      const shown = await olga.page.locator('#users li').allTextContents();
      expect(shown.filter((name) => looksLike(name, bot))).toEqual([]);
    }

    const identity = (name: string) => ({ ...town.person('x'), name });
    const stay: (() => void)[] = [];

    it('knows at least 300 names and 200 texts', () => {
      expect(names.length).toBeGreaterThanOrEqual(300);
      expect(texts.length).toBeGreaterThanOrEqual(200);
    });

    it('of OriginChats, usernames, nicknames and statuses stay text, and nobody passes as somebody else', async () => {
      for (const [index, name] of names.entries()) {
        const member = await town.originServer.arrive('x', identity(name));
        await member.ask({ cmd: 'slash_call', channel: 'lounge', command: 'nick', args: { nickname: name } });
        await member.ask({ cmd: 'status_set', status: 'idle', text: name });
        await member.ask({ cmd: 'message_new', channel: 'lounge', content: `as ${name}` });
        count('names of OriginChats');
        if (index % 3 === 0) stay.push(() => member.probe.terminate());
        else await member.probe.close();
        if (index % 50 === 0) await town.pass(2_000);
      }
      await town.pass(5_000);
      await caughtUp('through the names of OriginChats');
      await nothingRan();
      await nobodyIsAnother();
    });

    it('of Venueless, every field of profiles stays text, and nobody passes as somebody else', async () => {
      for (const [index, name] of names.entries()) {
        const token = JSON.stringify({ ...identity(name), unnamed: true });
        const long = name.slice(0, 1_000);
        const member: Venturer = await town.worldServer.login('x', { token });
        const profile = {
          display_name: name.slice(0, 100) || 'x',
          avatar: { url: long, identicon: long },
          fields: { [long]: long },
        };
        await member.ask('user.update', { profile, client_state: { [long]: long } });
        await member.ask('chat.join', { channel: town.channelUuid('lounge') });
        await member.ask('chat.send', say(town.channelUuid('lounge'), `as ${long}`));
        count('names of Venueless');
        if (index % 3 === 0) stay.push(() => member.probe.terminate());
        else await member.probe.close();
        if (index % 50 === 0) await town.pass(2_000);
      }
      await town.pass(5_000);
      await caughtUp('through the names of Venueless');
      await nothingRan();
      await nobodyIsAnother();
      for (const go of stay) go();
    });

    it('of Conclave, logins of people who appear elsewhere are nobody else’s names', async () => {
      for (const name of [
        'olga',
        'OLGA',
        '0lga',
        'alice',
        'aIice',
        'ChatBot',
        'chatbot',
        'Chat_Bot',
        'ChatB0t',
      ]) {
        const person = await town.sealedServer.arrive(name);
        const user = userOfConclaveId(town.chat.users, person.id);
        const who = town.person('linked');
        await town.chat.users.link(user?.id as never, { provider: who.provider, id: who.id });
        const probe = await town.sock(who);
        probe.say(`I am ${name}`);
        count('names of Conclave');
      }
      await caughtUp('through the names of Conclave');
      await nothingRan();
      await nobodyIsAnother();
    });

    it('of OriginChats, texts of every kind stay text', async () => {
      const boss: Originator = await town.origin(town.staff('boss'));
      for (const [index, text] of texts.entries()) {
        const at = { channel: 'lounge' };
        const said = await boss.ask({ cmd: 'message_new', ...at, content: text });
        const id = said.message?.id;
        await boss.ask({ cmd: 'message_edit', ...at, id, content: `edited ${text}` });
        await boss.ask({ cmd: 'message_react_add', ...at, id, emoji: text });
        await boss.ask({ cmd: 'message_new', ...at, content: `answer ${text}`, reply_to: id });
        const cut = text.slice(0, 200);
        const embed = {
          title: cut,
          description: text,
          url: text,
          author: { name: cut, url: text },
          footer: { text: cut },
          fields: [{ name: cut, value: cut }],
        };
        await boss.ask({ cmd: 'message_new', ...at, content: 'with an embed', embeds: [embed] });
        await boss.ask({ cmd: 'poll_create', ...at, question: cut, options: [cut, `not ${cut}`] });
        await boss.ask({ cmd: 'typing', ...at });
        if (index % 4 === 0) {
          const attachment = await uploaded(town.originServer, boss, { channel: 'lounge', name: text }).catch(
            () => undefined,
          );
          await boss.ask({
            cmd: 'message_new',
            ...at,
            content: 'with a file',
            attachments: [attachment?.id],
          });
          await boss.ask({ cmd: 'channel_create', name: cut, type: 'text', description: text });
          await boss.ask({ cmd: 'thread_create', channel: 'ideas', name: cut });
          await town.pass(2_000);
        }
        count('texts of OriginChats');
      }
      await caughtUp('through the texts of OriginChats');
      await nothingRan();
    });

    it('of Venueless, texts of every kind stay text', async () => {
      const member = await town.world(town.staff('ward'), 'lounge');
      const lounge = town.channelUuid('lounge');
      for (const [index, text] of texts.entries()) {
        const [, , said] = await member.ask('chat.send', say(lounge, text));
        const replaces = said?.event?.event_id;
        await member.ask('chat.send', { ...say(lounge, `edited ${text}`), replaces });
        await member.ask('chat.react', { channel: lounge, event: replaces, reaction: text });
        await member.ask('chat.send', {
          channel: lounge,
          event_type: 'channel.message',
          content: { type: 'files', files: [{ url: text, name: text, mimeType: text }], body: text },
        });
        if (index % 20 === 0) await town.pass(2_000);
        count('texts of Venueless');
      }
      await caughtUp('through the texts of Venueless');
      await nothingRan();
    });

    it('of the host, announcements and names of channels stay text', async () => {
      for (const text of texts) {
        await town.chat.run('announce', { by: 'host', text }).catch(() => {});
        await town.chat.run('channel.create', { by: 'host', name: text.slice(0, 60) }).catch(() => {});
        count('texts of the host');
      }
      await caughtUp('through the texts of the host');
      await nothingRan();
    });
  },
);

function say(channel: string, body: string): Json {
  return { channel, event_type: 'channel.message', content: { type: 'text', body } };
}
