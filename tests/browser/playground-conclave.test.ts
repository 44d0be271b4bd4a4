import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { build } from 'esbuild';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, newPerson } from '../support/browser.js';
import { looker, tooWide, wrongs } from '../support/page-checks.js';
import { tabTo } from '../support/page-keyboard.js';
import { line, Playground, say } from '../support/playground.js';

const shots = fileURLToPath(new URL('./shots', import.meta.url));

let playground: Playground;
let browser: Browser;
let problems: string[][];

const address = () => `${playground.url}conclave`;

/** Somebody with a browser of their own who registers; with a name that the page made up unless there is one. */
async function arrive(name?: string, options: BrowserContextOptions = {}): Promise<Page> {
  const person = await newPerson(browser, options);
  problems.push(person.problems);
  const { page } = person;
  await page.goto(address());
  if (name !== undefined) await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Register' }).click();
  await connected(page);
  return page;
}

async function connected(page: Page): Promise<void> {
  await page.getByRole('status').filter({ hasText: 'Connected' }).waitFor();
}

/** What a tab keeps of the account that is in it. */
function remembered(page: Page): Promise<{ username: string; password: string }> {
  return page.evaluate(() => JSON.parse(sessionStorage.getItem('polylect-conclave') ?? '{}'));
}

/** The name that somebody goes by. */
async function nameOf(page: Page): Promise<string> {
  return (await page.locator('.self-name').textContent()) ?? '';
}

async function fillIn(page: Page, label: string, text: string, confirm: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(label).fill(text);
  await dialog.getByRole('button', { name: confirm, exact: true }).click();
}

async function makeGroup(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Make a group' }).click();
  await fillIn(page, 'Name', name, 'Make it');
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

async function invite(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await fillIn(page, 'Their name', name, 'Invite');
}

async function accept(page: Page, group: string): Promise<void> {
  await page.getByRole('button', { name: `Accept the invitation to ${group}` }).click();
  await page.getByRole('heading', { name: group, exact: true }).waitFor();
  await page.getByText(/^sealed in here, epoch/).waitFor();
}

/** Somebody invites somebody else into the group that is open, who accepts. */
async function bring(by: Page, who: Page, group: string): Promise<void> {
  await invite(by, await nameOf(who));
  await accept(who, group);
  await people(by)
    .filter({ hasText: await nameOf(who) })
    .filter({ hasNotText: 'invited' })
    .waitFor();
}

function people(page: Page) {
  return page.getByRole('group', { name: 'People' }).getByRole('listitem');
}

async function menu(page: Page, button: string, item: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

function wire(page: Page, direction: 'in' | 'out', kind: RegExp) {
  return page
    .getByRole('region', { name: 'Requests, answers and events' })
    .locator(`details.${direction}`)
    .filter({ has: page.locator('.kind', { hasText: kind }) });
}

describe.runIf(hasBrowser)('the playground in Conclave', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    [playground, browser] = await Promise.all([Playground.prepare(), launchBrowser()]);
    await playground.start();
  }, 120_000);

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(problems.flat()).toEqual([]);
  });

  beforeEach(() => {
    problems = [];
  });

  afterAll(async () => {
    await browser?.close();
    await playground?.remove();
  });

  it('lets two people talk whom the server cannot read, after one click each', async () => {
    const [ada, bob] = [await arrive(), await arrive()];
    await makeGroup(ada, 'quiet');
    await bring(ada, bob, 'quiet');
    await say(ada, 'Hello <b>Bob</b> & nobody else');
    await line(bob, 'Hello <b>Bob</b> & nobody else').waitFor();
    await say(bob, 'Grüße 👋');
    await line(ada, 'Grüße 👋').waitFor();
    expect(await bob.getByRole('log').locator('.author').first().textContent()).toBe(await nameOf(ada));

    const sent = wire(ada, 'out', /POST \/groups\/.*\/messages/).last();
    await sent.locator('summary').click();
    expect(await sent.locator('dd').allTextContents()).toContainEqual(
      expect.stringMatching(/^\d+ bytes sealed$/),
    );
    const told = wire(bob, 'in', /event newMessage/).last();
    await told.locator('summary').click();
    expect(await told.locator('dt').allTextContents()).toEqual([
      'event',
      'groupId',
      'sequenceNum',
      'senderId',
    ]);
    const host = ada.getByRole('region', { name: 'Events of the host' });
    await host.locator('details', { hasText: 'group_message' }).first().waitFor();
    expect(await host.textContent()).not.toContain('nobody else');
  });

  it('loads what makes keys when somebody comes in, and not before', async () => {
    const { page, problems: found } = await newPerson(browser);
    problems.push(found);
    const scripts: number[] = [];
    page.on('response', async (response) => {
      if (new URL(response.url()).pathname.endsWith('.js')) scripts.push((await response.body()).length);
    });
    const loaded = () => scripts.reduce((sum, bytes) => sum + bytes, 0);
    await page.goto(address());
    await page.getByRole('button', { name: 'Register' }).waitFor();
    const before = loaded();
    await page.getByRole('button', { name: 'Register' }).click();
    await connected(page);
    expect(before).toBeGreaterThan(0);
    expect(loaded()).toBeGreaterThan(before * 3);
  });

  it('shows every request and answer in words, without passwords and tokens', async () => {
    const page = await arrive();
    const { password } = await remembered(page);
    const asked = page.waitForRequest(/api\/v1\/groups$/);
    await makeGroup(page, 'secrets');
    const token = (await (await asked).headerValue('authorization'))?.replace('Bearer ', '') ?? '';
    await wire(page, 'out', /POST \/register/).waitFor();
    await wire(page, 'in', /201 RegisterResponse/).waitFor();
    const login = wire(page, 'in', /200 LoginResponse/);
    await login.locator('summary').click();
    expect(await login.locator('dd').allTextContents()).toContain('(token)');
    await wire(page, 'in', /200 event stream/).waitFor();
    const packages = wire(page, 'out', /POST \/key-packages/);
    expect(await packages.locator('.raw').textContent()).toMatch(/"data":"\d+ bytes key package"/);
    const all = await page.locator('body').textContent();
    expect([password, token]).toEqual([
      expect.stringMatching(/^\w{16,}$/),
      expect.stringMatching(/^\w{64}$/),
    ]);
    expect(all).not.toContain(password);
    expect(all).not.toContain(token);
  });

  it('tells what the server does not let one do', async () => {
    const page = await arrive();
    const name = await nameOf(page);
    await makeGroup(page, 'strict');
    await invite(page, 'nobody_at_all');
    await page.getByRole('alert').getByText('User not found.').waitFor();
    await page.getByRole('button', { name: 'Make a group' }).click();
    await fillIn(page, 'Name', 'two words', 'Make it');
    await page
      .getByRole('alert')
      .getByText(/^Group name must start/)
      .waitFor();
    await page.getByRole('button', { name: 'Make a group' }).click();
    await fillIn(page, 'Name', 'strict', 'Make it');
    await page.getByRole('alert').getByText('That name is taken.').waitFor();
    await wire(page, 'in', /409 ErrorResponse/).waitFor();

    const other = await newPerson(browser);
    await other.page.goto(address());
    await other.page.getByLabel('Name').fill(name);
    await other.page.getByRole('button', { name: 'Register' }).click();
    await other.page.getByRole('alert').getByText('That name is taken.').waitFor();
    await other.page.getByRole('button', { name: 'Log in' }).click();
    await other.page.getByRole('alert').getByText('That is not the name and the password').waitFor();
    expect(other.problems).toEqual([]);
  });

  it('has members who come, read what is said from then on, and are put out', async () => {
    const [ada, bob, cy] = [await arrive('ada'), await arrive('bob'), await arrive('cy')];
    await makeGroup(ada, 'team');
    await bring(ada, bob, 'team');
    await say(ada, 'before cy');
    await line(bob, 'before cy').waitFor();
    await invite(ada, 'cy');
    await people(ada).filter({ hasText: 'cy' }).getByText('invited').waitFor();
    // What is said while the invitation waits can be read by those who are there.
    await say(ada, 'while cy thinks about it');
    await line(bob, 'while cy thinks about it').waitFor();
    await menu(bob, 'Group …', 'Make new keys');
    await bob.getByText('The keys are new: epoch 3.').waitFor();
    await ada.getByText('The keys are new: epoch 3.').waitFor();
    // The invitation was into keys that are over: there is another one.
    await wire(cy, 'in', /event inviteCancelled/).waitFor();
    await accept(cy, 'team');
    for (const page of [ada, bob]) await page.getByText('cy came in.').waitFor();
    await say(cy, 'here I am');
    for (const page of [ada, bob]) await line(page, 'here I am').waitFor();
    await say(bob, 'welcome');
    for (const page of [ada, cy]) await line(page, 'welcome').waitFor();
    expect(await cy.getByRole('log').getByText('before cy').count()).toBe(0);

    await people(ada).getByRole('button', { name: 'bob' }).click();
    await ada.getByRole('menuitem', { name: 'Remove from the group' }).click();
    await bob.getByRole('alert').getByText('You are no member of team any more.').waitFor();
    await cy.getByText('bob is gone.').waitFor();
    await say(ada, 'without bob');
    await line(cy, 'without bob').waitFor();
    expect(await bob.getByRole('group', { name: 'Groups' }).getByRole('listitem').count()).toBe(0);
  });

  it('tells who left and could still read, until the keys are new', async () => {
    const [ada, bob, cy] = [await arrive('ann'), await arrive('ben'), await arrive('cleo')];
    await makeGroup(ada, 'trio');
    await bring(ada, bob, 'trio');
    await bring(ada, cy, 'trio');
    await menu(bob, 'Group …', 'Leave…');
    await bob.getByRole('dialog', { name: 'Leave trio?' }).getByRole('button', { name: 'Leave' }).click();
    for (const page of [ada, cy]) await page.getByText('ben left, and could still read').waitFor();
    await cy.getByRole('button', { name: 'Make new keys' }).click();
    for (const page of [ada, cy])
      await page.getByText('ben left, and could still read').waitFor({ state: 'hidden' });
    await say(ada, 'only we two');
    await line(cy, 'only we two').waitFor();
    // He may come again, by another invitation.
    await bring(ada, bob, 'trio');
    await say(bob, 'I am back');
    for (const page of [ada, cy]) await line(page, 'I am back').waitFor();
  });

  it('counts what is unread, and lets invitations be declined and taken back', async () => {
    const [ada, bob] = [await arrive('dora'), await arrive('emil')];
    await makeGroup(ada, 'first');
    await bring(ada, bob, 'first');
    await makeGroup(ada, 'second');
    await invite(ada, 'emil');
    await bob.getByRole('button', { name: 'Decline the invitation to second' }).click();
    await ada.getByText('emil does not come: the invitation is over.').waitFor();
    await invite(ada, 'emil');
    await bob.getByRole('button', { name: 'Accept the invitation to second' }).waitFor();
    await people(ada).getByRole('button', { name: 'emil' }).click();
    await ada.getByRole('menuitem', { name: 'Take the invitation back' }).click();
    await bob.getByRole('group', { name: 'Invitations' }).waitFor({ state: 'hidden' });
    await say(bob, 'are you there?');
    await say(bob, 'hello?');
    await ada.getByRole('button', { name: 'first 2 unread' }).click();
    await line(ada, 'hello?').waitFor();
    await ada.getByText('unread').waitFor({ state: 'detached' });
    await menu(ada, 'Account …', 'Other name for others…');
    await fillIn(ada, 'Alias', 'Dora the Second', 'Take it');
    await people(bob).filter({ hasText: 'Dora the Second' }).waitFor();
  });

  it('offers to come back with new keys when the page was loaded again', async () => {
    const [ada, bob] = [await arrive('frida'), await arrive('gus')];
    await makeGroup(ada, 'lasting');
    await bring(ada, bob, 'lasting');
    await say(ada, 'before it was loaded again');
    await line(bob, 'before it was loaded again').waitFor();
    for (const [page, other, name] of [
      [bob, ada, 'gus'],
      [ada, bob, 'frida'],
    ] as const) {
      await page.reload();
      await page.getByText(`You were here as ${name}. The keys went`).waitFor();
      await page.keyboard.press('Enter');
      await connected(page);
      await page.getByText('This tab has no keys of this group').waitFor();
      expect(await page.getByRole('textbox', { name: 'Message' }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Come back in' }).click();
      await page.getByText('You are back, with new keys.').waitFor();
      await other.getByText(`${name} came back with new keys.`).waitFor();
      await say(page, `${name} again`);
      await line(other, `${name} again`).waitFor();
      await say(other, `hello ${name}`);
      await line(page, `hello ${name}`).waitFor();
      expect(await page.getByRole('log').getByText('before it was loaded again').count()).toBe(0);
    }
    // Alone in a group there is nobody whose keys one could follow, and yet one comes back.
    await makeGroup(bob, 'alone');
    await bob.reload();
    await bob.getByRole('button', { name: 'Log in' }).click();
    await connected(bob);
    await bob.getByRole('button', { name: 'alone' }).click();
    await bob.getByRole('button', { name: 'Come back in' }).click();
    await bob.getByText('You are back, with new keys.').waitFor();
    await bring(bob, ada, 'alone');
    await say(ada, 'not alone');
    await line(bob, 'not alone').waitFor();
  });

  it('notices that an account came in elsewhere, and lets it come back here', async () => {
    const [ada, bob] = [await arrive('lena'), await arrive('mats')];
    await makeGroup(ada, 'moving');
    await bring(ada, bob, 'moving');
    const { password } = await remembered(bob);
    const elsewhere = await newPerson(browser);
    problems.push(elsewhere.problems);
    const { page } = elsewhere;
    await page.goto(address());
    await page.getByLabel('Name').fill('mats');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Come back in' }).click();
    await page.getByText('You are back, with new keys.').waitFor();
    await say(ada, 'where are you?');
    await line(page, 'where are you?').waitFor();
    await bob.getByText('These keys are not those of the group any more').waitFor();
    await bob.getByRole('button', { name: 'Come back in' }).click();
    await bob.getByText('You are back, with new keys.').waitFor();
    await say(ada, 'and now?');
    await line(bob, 'and now?').waitFor();
  });

  it('stands more than once in a document, and goes without a trace', async () => {
    const { page, problems: found } = await newPerson(browser);
    problems.push(found);
    const { outputFiles } = await build({
      stdin: {
        contents: `
          import { mountConclave } from './mount.js';
          const places = [...document.querySelectorAll('main > div')];
          window.panes = places.map((place) => mountConclave(place, { level: 3 }));`,
        resolveDir: fileURLToPath(new URL('../../examples/playground/page/conclave', import.meta.url)),
      },
      bundle: true,
      format: 'esm',
      write: false,
      minify: true,
    });
    await page.route(/\/two$/, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><html lang="en"><title>Two</title><link rel="stylesheet" href="/style.css">
          <body><main style="display: flex; height: 100dvh"><div style="width: 320px"></div>
          <div style="width: 320px"></div></main><script type="module" src="/two.js"></script>`,
      }),
    );
    await page.route(/\/two\.js$/, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: outputFiles[0]?.text ?? '' }),
    );
    await page.addInitScript({ content: axe.source });
    await page.goto(`${playground.url}two`);
    const panes = page.getByRole('region', { name: 'Conclave' });
    for (const pane of [panes.first(), panes.last()]) {
      await pane.getByRole('button', { name: 'Register' }).click();
      await pane.getByText('Connected').waitFor();
    }
    const [left, right] = [panes.first(), panes.last()];
    const name = (await right.locator('.self-name').textContent()) ?? '';
    for (const pane of [left, right]) await pane.getByRole('button', { name: 'Groups' }).click();
    await left.getByRole('button', { name: 'Make a group' }).click();
    await fillIn(page, 'Name', 'side_by_side', 'Make it');
    await left.getByRole('heading', { name: 'side_by_side' }).waitFor();
    await left.getByRole('button', { name: 'Invite somebody' }).click();
    await fillIn(page, 'Their name', name, 'Invite');
    await right.getByRole('button', { name: /^Accept/ }).click();
    for (const pane of [left, right]) await pane.getByRole('button', { name: 'Talk' }).click();
    await right.getByText('sealed in here, epoch 2').waitFor();
    await right.getByRole('textbox', { name: 'Message' }).fill('next door');
    await page.keyboard.press('Enter');
    await left.getByRole('log').getByText('next door').waitFor();
    expect(await wrongs(page)).toEqual([]);
    expect(await tooWide(page)).toEqual([]);
    const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);

    const streamed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/events'));
    await page.evaluate(() => (window as unknown as { panes: { end(): void }[] }).panes[0]?.end());
    await streamed;
    expect(await page.locator('main > div').first().innerHTML()).toBe('');
    await panes.first().getByRole('textbox', { name: 'Message' }).fill('still here');
    await page.keyboard.press('Enter');
    await panes.first().getByRole('log').getByText('still here').waitFor();
  });

  it('deletes an account with its password, and the name is free again', async () => {
    const [ada, bob] = [await arrive('hedda'), await arrive('ivo')];
    await makeGroup(ada, 'leaving');
    await bring(ada, bob, 'leaving');
    await say(bob, 'farewell');
    await line(ada, 'farewell').waitFor();
    const { password } = await remembered(bob);
    await menu(bob, 'Account …', 'Delete the account…');
    await fillIn(bob, 'Your password', 'not this one', 'Delete for good');
    await bob.getByRole('dialog').getByText('That is not the password of this account.').waitFor();
    await fillIn(bob, 'Your password', password, 'Delete for good');
    await bob.getByRole('button', { name: 'Register' }).waitFor();
    expect(await bob.getByLabel('Name').inputValue()).not.toBe('ivo');
    expect(await bob.getByText('You were here as').isVisible()).toBe(false);
    await ada.getByText('ivo is gone.').waitFor();
    await ada.getByText('ivo left, and could still read').waitFor();
    await ada.getByRole('button', { name: 'Make new keys' }).click();
    await ada.getByText('ivo left, and could still read').waitFor({ state: 'hidden' });
    await bob.getByLabel('Name').fill('ivo');
    await bob.getByRole('button', { name: 'Register' }).click();
    await connected(bob);
    await bring(ada, bob, 'leaving');
    await say(bob, 'somebody else by the same name');
    await line(ada, 'somebody else by the same name').waitFor();
  });

  it('comes back by itself when the server was killed, and goes on with its keys', async () => {
    const [ada, bob] = [await arrive('jon'), await arrive('kai')];
    await makeGroup(ada, 'sturdy');
    await bring(ada, bob, 'sturdy');
    await playground.stop();
    await ada.getByText(/Connection lost/).waitFor();
    await say(ada, 'a draft');
    await ada.getByRole('alert').getByText('The server does not answer.').waitFor();
    expect(await ada.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('a draft');
    await playground.start();
    for (const page of [ada, bob]) {
      const again = page.getByRole('button', { name: 'Try now' });
      if (await again.isVisible()) await again.click();
      await page.getByText(/Connection lost/).waitFor({ state: 'hidden', timeout: 20_000 });
    }
    await ada.getByRole('textbox', { name: 'Message' }).press('Enter');
    await line(bob, 'a draft').waitFor();
    await say(bob, 'nothing was lost');
    await line(ada, 'nothing was lost').waitFor();
  });

  it('can be used with the keyboard alone', async () => {
    const bob = await arrive('liv');
    const { page } = await newPerson(browser);
    await page.goto(address());
    const { keyboard } = page;
    await keyboard.press('Enter');
    await connected(page);
    await tabTo(page, 'Make a group', 'Shift+Tab');
    await keyboard.press('Enter');
    await keyboard.type('typed');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'typed', exact: true }).waitFor();
    await tabTo(page, 'Invite somebody');
    await keyboard.press('Enter');
    await keyboard.type('liv');
    await keyboard.press('Enter');
    await accept(bob, 'typed');
    await tabTo(page, 'Group …');
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await tabTo(page, 'Messages');
    await keyboard.press('Tab');
    await keyboard.type('only keys');
    await keyboard.press('Enter');
    await line(bob, 'only keys').waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'leaves nothing serious to complain of, and fits, on every width, in %s',
    async (colorScheme) => {
      const options = { colorScheme, reducedMotion: 'reduce' } as const;
      const person = await newPerson(browser, options);
      problems.push(person.problems);
      const { page } = person;
      const check = await looker(page, `${shots}/conclave`, colorScheme);
      await page.goto(address());
      const name = `Bartholomew_the_Longwinded_${colorScheme}`;
      await page.getByLabel('Name').fill(name);
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 800 });
        await check('login');
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByRole('button', { name: 'Register' }).click();
      await connected(page);
      await check('empty');
      const [ada, group] = [await arrive(`ada_${colorScheme}`), `lounge_of_the_sealed_${colorScheme}`];
      await makeGroup(page, group);
      await bring(page, ada, group);
      await invite(page, await nameOf(await arrive(`bea_${colorScheme}`)));
      await people(page).filter({ hasText: 'invited' }).waitFor();
      await makeGroup(ada, `other_${colorScheme}`);
      await invite(ada, name);
      await page.getByRole('button', { name: `Accept the invitation to other_${colorScheme}` }).waitFor();
      await ada.getByRole('button', { name: group }).click();
      await say(ada, 'Good morning, behind closed doors!');
      await say(page, `A very long word: ${'donaudampfschifffahrtsgesellschaft'.repeat(5)}`);
      await say(ada, 'Looks right from here. <b>No markup</b> & no surprises.');
      await line(page, 'Looks right from here. <b>No markup</b> & no surprises.').waitFor();
      await invite(page, 'nobody_by_that_name');
      await page.getByRole('alert').getByText('User not found.').waitFor();
      await wire(page, 'in', /200 GetMessagesResponse/)
        .last()
        .locator('summary')
        .click();
      for (const width of [1280, 1900, 1000]) {
        await page.setViewportSize({ width, height: 800 });
        await check('chat');
      }
      await page.getByRole('button', { name: 'Group …' }).click();
      await check('menu');
      await page.keyboard.press('Escape');
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 });
        for (const tab of ['Talk', 'Groups', 'Wire']) {
          await page.getByRole('button', { name: tab, exact: true }).click();
          await check(tab.toLowerCase());
        }
      }
    },
  );
});
