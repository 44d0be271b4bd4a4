import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasBrowser, newPerson } from '../support/browser.js';
import { looker, tooWide } from '../support/page-checks.js';
import { tabTo } from '../support/page-keyboard.js';
import { comeIn, crashAndBack, line, say } from '../support/playground.js';
import { playgroundBench, shots } from '../support/playground-bench.js';

const bench = playgroundBench();

const world = () => bench.playground.page('venueless');

function person(page: Page, name: string) {
  return page.locator('#people').getByRole('button', { name });
}

async function toRoom(page: Page, name: string): Promise<void> {
  await page.locator('#rooms').getByRole('button', { name }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

describe.runIf(hasBrowser)('the playground in Venueless', { timeout: 90_000 }, () => {
  it('lets people of three protocols talk in the same room', async () => {
    const [sock, origin, guest] = [
      await newPerson(bench.browser),
      await newPerson(bench.browser),
      await newPerson(bench.browser),
    ];
    await comeIn(sock.page, bench.playground.page('sockchat'), 'ada', 'Moderator');
    await comeIn(origin.page, bench.playground.page('originchats'), 'bob', 'Member');
    await comeIn(guest.page, world(), 'cy', 'Member');
    await guest.page.getByRole('heading', { name: 'lounge' }).waitFor();
    await person(guest.page, 'cy').waitFor();
    await say(sock.page, 'Hello <b>all</b> & everybody');
    await say(origin.page, 'Hello from the second');
    await line(guest.page, 'Hello <b>all</b> & everybody').waitFor();
    await line(guest.page, 'Hello from the second').waitFor();
    await say(guest.page, 'Hello from the third');
    for (const { page } of [sock, origin, guest]) await line(page, 'Hello from the third').waitFor();
    const said = sock.page.getByRole('log').locator('article', { hasText: 'Hello from the third' });
    expect(await said.locator('.author').textContent()).toBe('cy');
    expect([...sock.problems, ...origin.problems, ...guest.problems]).toEqual([]);
  });

  it('has messages that are edited, deleted and reacted to', async () => {
    const [dora, eve] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(dora.page, world(), 'dora', 'Moderator');
    await comeIn(eve.page, world(), 'eve', 'Member');
    await person(dora.page, 'eve').waitFor();
    await say(eve.page, 'a frist try');
    await line(dora.page, 'a frist try').waitFor();
    await line(eve.page, 'a frist try').hover();
    await eve.page.getByRole('button', { name: "Edit eve's message: a frist try" }).click();
    await say(eve.page, 'a first try');
    await line(dora.page, 'a first try').waitFor();
    await dora.page.locator('article', { hasText: 'a first try' }).getByText('edited').waitFor();
    await line(dora.page, 'a frist try').waitFor({ state: 'detached' });

    await line(dora.page, 'a first try').hover();
    await dora.page.getByRole('button', { name: "React to eve's message: a first try" }).click();
    await dora.page.getByRole('dialog').getByRole('button', { name: '🎉' }).click();
    await eve.page.getByRole('button', { name: '🎉, 1: dora' }).click();
    await dora.page.getByRole('button', { name: '🎉, 2: dora, eve', pressed: true }).click();
    await eve.page.getByRole('button', { name: '🎉, 1: eve', pressed: true }).waitFor();

    await line(dora.page, 'a first try').hover();
    await dora.page.getByRole('button', { name: "Delete eve's message: a first try" }).click();
    await dora.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await line(eve.page, 'a first try').waitFor({ state: 'detached' });
    await say(dora.page, 'this stays');
    await line(eve.page, 'this stays').hover();
    expect(await eve.page.getByRole('button', { name: /^Delete dora/ }).count()).toBe(0);
    expect([...dora.problems, ...eve.problems]).toEqual([]);
  });

  it('leads to a person by their name, and counts what they have not read', async () => {
    const [fay, gus] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(fay.page, world(), 'fay', 'Member');
    await comeIn(gus.page, world(), 'gus', 'Member');
    await person(fay.page, 'gus').waitFor();
    await fay.page.getByRole('button', { name: 'Write to somebody' }).click();
    await fay.page.getByRole('dialog').getByLabel('Name').fill('gu');
    await fay.page.getByRole('dialog').getByRole('button', { name: 'gus' }).click();
    await fay.page.getByRole('heading', { name: 'gus' }).waitFor();
    await say(fay.page, 'between us');
    await line(fay.page, 'between us').waitFor();
    const direct = gus.page.locator('#directs').getByRole('button', { name: 'fay 1 notification' });
    await direct.click();
    await line(gus.page, 'between us').waitFor();
    await gus.page.locator('#directs').getByText('notification').waitFor({ state: 'detached' });
    await say(gus.page, 'and nobody else');
    await line(fay.page, 'and nobody else').waitFor();

    await toRoom(fay.page, 'workshop');
    await toRoom(fay.page, 'lounge');
    await toRoom(gus.page, 'workshop');
    await say(gus.page, 'over here');
    await fay.page.locator('#rooms').getByRole('button', { name: 'workshop new' }).waitFor();
    await person(gus.page, 'fay').click();
    await gus.page.getByRole('menuitem', { name: 'Mention' }).click();
    await gus.page.keyboard.type('look');
    await gus.page.keyboard.press('Enter');
    await line(gus.page, '@fay look').waitFor();
    await fay.page.locator('#rooms').getByRole('button', { name: 'workshop 1 notification' }).click();
    await line(fay.page, '@fay look').waitFor();
    expect([...fay.problems, ...gus.problems]).toEqual([]);
  });

  it('lets people block somebody, and those who may silence and ban', async () => {
    const [hal, ida] = [await newPerson(bench.browser), await newPerson(bench.browser)];
    await comeIn(hal.page, world(), 'hal', 'Moderator');
    await comeIn(ida.page, world(), 'ida', 'Member');
    await person(ida.page, 'hal').click();
    expect(await ida.page.getByRole('menuitem').allTextContents()).toEqual([
      'Write to them',
      'Mention',
      'Block',
    ]);
    await ida.page.getByRole('menuitem', { name: 'Block' }).click();
    await person(ida.page, 'hal').getByText('blocked').waitFor();
    await person(hal.page, 'ida').click();
    await hal.page.getByRole('menuitem', { name: 'Write to them' }).click();
    await hal.page.getByText(/^Not done: .*chat\.denied/).waitFor();
    await person(ida.page, 'hal').click();
    await ida.page.getByRole('menuitem', { name: 'Unblock' }).click();
    await person(ida.page, 'hal').getByText('blocked').waitFor({ state: 'detached' });

    await person(hal.page, 'ida').click();
    await hal.page.getByRole('menuitem', { name: 'Silence' }).click();
    await ida.page.getByText('You may read here, not write.').waitFor();
    await person(hal.page, 'ida').click();
    await hal.page.getByRole('menuitem', { name: 'Ban…' }).click();
    await hal.page.getByRole('dialog', { name: 'Ban ida' }).getByRole('button', { name: 'Ban' }).click();
    await ida.page
      .getByRole('alert')
      .getByText(/banned/)
      .waitFor();
    expect([...hal.problems, ...ida.problems]).toEqual([]);
  });

  it('shows the frames without the secret, each answer with what it answers', async () => {
    const { page } = await newPerson(bench.browser);
    await comeIn(page, world(), 'wendy', 'Member');
    const packets = page.getByRole('region', { name: 'Packets' });
    await packets.locator('details.out', { hasText: '(client id)' }).waitFor();
    await say(page, 'on the wire');
    await packets.locator('details.in', { hasText: 'success chat.send' }).waitFor();
    const came = packets
      .locator('details.in', { hasText: '["chat.event",' })
      .filter({ hasText: 'on the wire' });
    await came.locator('summary').click();
    expect(await came.locator('dd').allTextContents()).toEqual(
      expect.arrayContaining(['chat.event', 'channel.message', 'on the wire']),
    );
    await page
      .getByRole('region', { name: 'Events of the host' })
      .locator('details', { hasText: 'on the wire' })
      .waitFor();
    const secret = await page.evaluate(() => localStorage.getItem('polylect-playground') ?? '');
    const found = /"([0-9a-f]{32})"/.exec(secret)?.[1] ?? 'none';
    expect(await page.locator('body').textContent()).not.toContain(found);
  });

  it('comes back by itself when the server was killed, with its history', async () => {
    const { page, problems } = await newPerson(bench.browser);
    await comeIn(page, world(), 'vera', 'Member');
    await toRoom(page, 'workshop');
    await crashAndBack(page, bench.playground);
    expect(problems).toEqual([]);
  });

  it('can be used with the keyboard alone', async () => {
    const { page, problems } = await newPerson(bench.browser);
    await page.goto(bench.playground.page('sockchat'));
    const { keyboard } = page;
    await tabTo(page, 'Venueless', 'Shift+Tab');
    await keyboard.press('Enter');
    await page.waitForURL(/venueless$/);
    await keyboard.type('kim');
    await keyboard.press('Enter');
    await page.getByRole('status').getByText('Connected').waitFor();
    await tabTo(page, 'text');
    await keyboard.type('typed only');
    await keyboard.press('Enter');
    await line(page, 'typed only').waitFor();
    await tabTo(page, "Edit kim's message: typed only", 'Shift+Tab');
    await keyboard.press('Enter');
    await keyboard.press('End');
    await keyboard.type(', twice');
    await keyboard.press('Enter');
    await line(page, 'typed only, twice').waitFor();
    await tabTo(page, "React to kim's message: typed only, twice", 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'React' }).waitFor();
    await keyboard.press('Enter');
    await page.getByRole('button', { name: '👍, 1: kim', pressed: true }).waitFor();
    await tabTo(page, 'Name', 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Your name' }).waitFor();
    await keyboard.type('Kim the Second');
    await keyboard.press('Enter');
    await page.locator('#self-card').getByText('Kim the Second').waitFor();
    await tabTo(page, 'Write to somebody', 'Shift+Tab');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Write to somebody' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  it('has its tools beside the words on a telephone, not over them', async () => {
    const { page, problems } = await newPerson(bench.browser, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await comeIn(page, world(), 'tom', 'Moderator');
    const words = 'A message that is long enough to fill more than one line on a telephone';
    await say(page, words);
    const message = page.locator('article', { hasText: words });
    const [text, tools] = await Promise.all([
      line(page, words).boundingBox(),
      message.locator('.tools').boundingBox(),
    ]);
    expect(tools?.y ?? 0).toBeGreaterThanOrEqual((text?.y ?? 0) + (text?.height ?? 0));
    expect(await tooWide(page)).toEqual([]);
    await page.screenshot({ path: `${shots}/venueless-telephone.png` });
    await message.getByRole('button', { name: /^Edit/ }).tap();
    await page.getByText('Editing ').waitFor();
    expect(problems).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'leaves nothing serious to complain of, and fits, on every width, in %s',
    async (colorScheme) => {
      const { page, problems } = await newPerson(bench.browser, { colorScheme, reducedMotion: 'reduce' });
      const check = await looker(page, `${shots}/venueless`, colorScheme);
      await page.goto(world());
      await check('login');
      await comeIn(page, world(), `Bartholomew the Longwinded ${colorScheme}`, 'Moderator');
      const ada = await newPerson(bench.browser);
      const bea = await newPerson(bench.browser);
      await comeIn(ada.page, bench.playground.page('sockchat'), `ada-${colorScheme}`, 'Member');
      await comeIn(bea.page, world(), `Bea ${colorScheme}`, 'Member');
      await person(page, `Bea ${colorScheme}`).waitFor();
      await say(ada.page, 'Good morning from another protocol!');
      await say(page, `A very long word: ${'donaudampfschifffahrtsgesellschaft'.repeat(5)}`);
      await say(bea.page, 'Looks right from here. <b>No markup</b> & no surprises.');
      await line(page, 'Looks right from here. <b>No markup</b> & no surprises.').last().hover();
      await page
        .getByRole('button', { name: /^React to Bea/ })
        .last()
        .click();
      await check('react');
      await page.getByRole('dialog').getByRole('button', { name: '👍' }).click();
      await page
        .getByRole('button', { name: /^👍, 1/ })
        .last()
        .waitFor();
      await person(bea.page, `Bartholomew the Longwinded ${colorScheme}`).click();
      await bea.page.getByRole('menuitem', { name: 'Write to them' }).click();
      await bea.page.getByRole('heading', { name: /^Bartholomew/ }).waitFor();
      await say(bea.page, 'psst');
      await page.locator('#directs').getByText('notification').waitFor();
      await page.getByRole('button', { name: 'Write to somebody' }).click();
      await page.getByText(/found\.$/).waitFor();
      await check('search');
      await page.keyboard.press('Escape');
      await page.locator('#wire-rows summary').last().click();
      for (const width of [1280, 1900, 900]) {
        await page.setViewportSize({ width, height: 800 });
        await check('chat');
      }
      await page.setViewportSize({ width: 390, height: 844 });
      for (const tab of ['Chat', 'Rooms', 'Wire', 'Host']) {
        await page.locator('.tabs').getByRole('button', { name: tab, exact: true }).click();
        await check(tab.toLowerCase());
      }
      await page.locator('.tabs').getByRole('button', { name: 'Rooms', exact: true }).click();
      await person(page, `Bea ${colorScheme}`).click();
      await page.getByRole('menuitem', { name: 'Ban…' }).waitFor();
      await check('menu');
      expect(problems).toEqual([]);
    },
  );
});
