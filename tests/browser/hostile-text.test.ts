import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type SockChatClient, sockchat } from '../../src/client/index.js';
import { hasBrowser, launchBrowser, newPerson } from '../support/browser.js';
import { HOSTILE } from '../support/hostile-strings.js';
import { ORIGINAL_PAGE } from '../support/original-page.js';
import { arm, seen, WATCH } from '../support/page-watch.js';
import { comeIn, Playground } from '../support/playground.js';

let playground: Playground;
let browser: Browser;

/** Everywhere a person can put text of their own, and everywhere a server says it back. */
const WAYS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `/me ${text}`,
  (text) => `/nick ${text}`,
  (text) => `/afk ${text}`,
  (text) => `/create ${text}`,
  (text) => `/join ${text}`,
  (text) => `/who ${text}`,
  (text) => `/delchan ${text}`,
  (text) => `/delmsg ${text}`,
  (text) => `/msg ${text} ${text}`,
  (text) => `/msg olga ${text}`,
  (text) => `/msg alice ${text}`,
  (text) => `/kick ${text} ${text}`,
  (text) => `/ban ${text} ${text}`,
  (text) => `/unban ${text}`,
  (text) => `/unbanip ${text}`,
  (text) => `/silence ${text} ${text}`,
  (text) => `/unsilence ${text}`,
  (text) => `/ip ${text}`,
  (text) => `/rank ${text}`,
  (text) => `/say ${text}`,
  (text) => `/${text}`,
];

/** Says things in the playground the way its composer does, without waiting for each. */
function sayAll(page: Page, texts: readonly string[]): Promise<void> {
  return page.evaluate((all) => {
    const field = document.querySelector<HTMLTextAreaElement>('#text');
    for (const text of all) {
      if (field === null) throw new Error('there is nothing to write in');
      field.value = text;
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }));
    }
  }, texts);
}

/** Waits until everything said before has come back. */
async function caughtUp(page: Page, text: string): Promise<void> {
  await page.locator('#log, #lines').getByText(text).last().waitFor({ timeout: 60_000 });
}

describe.runIf(hasBrowser)('hostile text', { timeout: 240_000 }, () => {
  let alice: { page: Page; problems: string[] };
  let olga: { page: Page; problems: string[] };
  const guests: SockChatClient[] = [];

  beforeAll(async () => {
    [playground, browser] = await Promise.all([Playground.prepare(), launchBrowser()]);
    await playground.start();
    alice = await newPerson(browser);
    await alice.page.addInitScript(WATCH);
    await comeIn(alice.page, playground.page('sockchat'), 'alice', 'Moderator');
    olga = await newPerson(browser);
    await olga.page.addInitScript(WATCH);
    const address = `${playground.url}original`;
    await olga.page.route(address, (route) =>
      route.fulfill({ contentType: 'text/html', body: ORIGINAL_PAGE }),
    );
    await olga.page.goto(address);
    await olga.page.locator('#channels option').first().waitFor({ state: 'attached' });
    await Promise.all([arm(alice.page), arm(olga.page)]);
  }, 180_000);

  afterAll(async () => {
    for (const guest of guests) guest.close();
    await browser?.close();
    await playground?.remove();
  });

  it('knows at least a hundred ways', () => {
    expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(100);
  });

  it('would be noticed if it were inserted as it is', async () => {
    const { page } = await newPerson(browser);
    await page.addInitScript(WATCH);
    const address = `${playground.url}unguarded`;
    await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: '<p></p>' }));
    await page.goto(address);
    await arm(page);
    await page.evaluate((all) => {
      for (const text of all) document.body.appendChild(document.createElement('div')).innerHTML = text;
    }, HOSTILE);
    await page.waitForFunction(() => (window as unknown as { __ran?: unknown }).__ran !== undefined);
    const { elements, attributes } = await seen(page);
    expect(elements.length).toBeGreaterThan(20);
    expect(attributes.length).toBeGreaterThan(20);
  });

  it('as names, nicknames, messages, rooms, reasons and arguments stays text everywhere', async () => {
    for (const [index, name] of HOSTILE.entries()) {
      const guest = connect(sockchat, `${playground.url.replace('http', 'ws')}sock`, {
        credentials: ['guest', `${index}${name}`, String(index).padStart(20, 'x'), 'member'],
        reconnect: false,
      });
      await guest.login;
      guest.send(name);
      guest.command('nick', name);
      guest.command('afk', name);
      // Some stay, so that lists have them.
      if (index % 10 === 0) guests.push(guest);
      else guest.close();
    }
    const said = HOSTILE.flatMap((text) => WAYS.map((way) => way(text)));
    for (let start = 0; start < said.length; start += 200) {
      const part = said.slice(start, start + 200);
      await sayAll(alice.page, [...part, '/join lounge', `alice is through ${start}`]);
      await olga.page.evaluate(
        ([texts, end]) => {
          const chat = (window as unknown as { Chat?: unknown; me: string }).me;
          const say = (text: string) =>
            // The page's own socket is a constant of its script, not of the window.
            new Function('text', 'me', "socket.send(['2', me, text.replaceAll('\\t', ' ')].join('\\t'))")(
              text,
              chat,
            );
          for (const text of texts) say(text);
          say('/join lounge');
          say(end);
        },
        [part, `olga is through ${start}`] as const,
      );
      for (const { page } of [alice, olga]) {
        await caughtUp(page, `alice is through ${start}`);
        await caughtUp(page, `olga is through ${start}`);
      }
    }
    for (const { page } of [alice, olga]) {
      const { ran, violations, attributes } = await seen(page);
      expect({ ran, violations, attributes }).toEqual({ ran: false, violations: [], attributes: [] });
    }
  });

  it('in lists of people and bans makes links that only bring the name back', async () => {
    for (const guest of guests.slice(0, 3)) {
      const name = guest.self?.bareName ?? '';
      await sayAll(alice.page, [`/kick ${name} 3600`]);
    }
    await sayAll(alice.page, ['/who', '/who lounge', '/bans', 'alice is at the end']);
    await olga.page.evaluate(() => {
      new Function(
        "for (const text of ['/who', '/who lounge', '/bans', 'olga is at the end']) Chat.SendMessageWrapper(text)",
      )();
    });
    for (const { page } of [alice, olga]) await caughtUp(page, 'olga is at the end');
    const links = olga.page.locator('#lines a');
    expect(await links.count()).toBeGreaterThan(10);
    await olga.page.evaluate(() => {
      for (const link of document.querySelectorAll<HTMLAnchorElement>('#lines a')) link.click();
    });
    await olga.page
      .getByText(/^unban \|/)
      .first()
      .waitFor();
    await alice.page.locator('#people button').last().click();
    await alice.page.getByRole('menu').waitFor();
    await alice.page.keyboard.press('Escape');
    for (const summary of await alice.page.locator('#wire-rows summary').all()) {
      if ((await summary.textContent())?.includes('banlist')) await summary.click();
    }

    const inOriginal = await seen(olga.page);
    expect(inOriginal.ran).toBe(false);
    const own = ['div', 'li', 'option'];
    expect(inOriginal.elements.filter(([name]) => ![...own, 'a', 'br', 'i'].includes(name))).toEqual([]);
    expect(inOriginal.attributes.sort()).toEqual([
      `a href=javascript:void(0);`,
      `a onclick=Chat.SendMessageWrapper('/unban '+ this.innerHTML);`,
      'a onclick=UI.InsertChatText(this.innerHTML);',
    ]);
    const inPlayground = await seen(alice.page);
    expect(inPlayground).toMatchObject({ ran: false, violations: [], attributes: [] });
    const parts = [
      'article',
      'button',
      'code',
      'details',
      'div',
      'dl',
      'dt',
      'dd',
      'li',
      'p',
      'span',
      'summary',
      'time',
    ];
    expect(inPlayground.elements.filter(([name]) => !parts.includes(name))).toEqual([]);
    expect([...alice.problems, ...olga.problems]).toEqual([]);
  });
});
