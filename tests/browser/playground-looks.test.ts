import { describe, expect, it } from 'vitest';
import { hasBrowser, newPerson } from '../support/browser.js';
import { looker } from '../support/page-checks.js';
import { comeIn, say } from '../support/playground.js';
import { playgroundBench, shots } from '../support/playground-bench.js';

const bench = playgroundBench();

describe.runIf(hasBrowser)('the looks of the playground', { timeout: 90_000 }, () => {
  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it('leave nothing serious to complain of, and fit, on every width', async () => {
      const { page, problems } = await newPerson(bench.browser, { colorScheme, reducedMotion: 'reduce' });
      const check = await looker(page, `${shots}/sockchat`, colorScheme);
      await page.goto(bench.playground.page('sockchat'));
      await check('login');
      await page.setViewportSize({ width: 390, height: 844 });
      await check('login');
      await page.setViewportSize({ width: 1280, height: 800 });

      const suffix = colorScheme;
      await comeIn(page, bench.playground.page('sockchat'), `ada-${suffix}`, 'Moderator');
      const bob = await newPerson(bench.browser);
      await comeIn(
        bob.page,
        bench.playground.page('sockchat'),
        `Bartholomew_the_Longwinded_${suffix}`,
        'Member',
      );
      await say(page, 'Good morning! Has anybody tried the new room list?');
      await say(page, 'It follows the server now.');
      await say(bob.page, 'Looks right from here. <b>No markup</b> & no surprises.');
      await say(bob.page, '/me nods\nslowly');
      await say(bob.page, `A very long word: ${'donaudampfschifffahrtsgesellschaft'.repeat(5)}`);
      await say(bob.page, `/msg ada-${suffix} psst, this is between us`);
      await say(bob.page, '/nick bobby');
      await say(bob.page, '/afk lunch');
      await say(page, '/kick nobody');
      await say(page, '/who');
      await page.getByText(/^Online: /).waitFor();
      await page.locator('#wire-rows summary').last().click();
      await page.locator('#host-rows details', { hasText: 'LUNCH' }).last().locator('summary').click();
      for (const width of [1280, 1900, 900]) {
        await page.setViewportSize({ width, height: width === 1900 ? 1000 : 800 });
        await check('chat');
      }
      await page.setViewportSize({ width: 390, height: 844 });
      for (const tab of ['Chat', 'Rooms', 'Wire', 'Host']) {
        await page.getByRole('button', { name: tab, exact: true }).click();
        await check(tab.toLowerCase());
      }
      await page.getByRole('button', { name: 'Rooms', exact: true }).click();
      await page.locator('#people button', { hasText: 'bobby' }).click();
      await page.getByRole('menuitem', { name: 'Ban…' }).waitFor();
      await check('menu');
      await page.getByRole('menuitem', { name: 'Ban…' }).click();
      await check('dialog');
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByRole('button', { name: 'Commands' }).click();
      await check('commands');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Away' }).click();
      await page.getByRole('button', { name: 'Back' }).waitFor();
      await check('away');
      const isAtEnd = await page
        .getByRole('log')
        .evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2);
      expect(isAtEnd, 'the newest message stays in sight when the window changes').toBe(true);

      await bench.playground.stop();
      await page.getByText(/Connection lost/).waitFor();
      await check('lost');
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole('button', { name: 'Chat', exact: true }).click();
      await check('lost');
      expect(problems).toEqual([]);
      await bench.playground.start();
    });
  });
});
