import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Goes with the Tab key to what has a `label`, an id or, of rooms and people, their data; it can be seen that it has the focus. */
export async function tabTo(page: Page, wanted: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    const { names, outline } = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const around = getComputedStyle(element.parentElement ?? element);
      const { room, user } = element.dataset;
      const told = [element.getAttribute('aria-label'), element.textContent, element.getAttribute('name')];
      return {
        names: [room ?? user ?? element.id, ...told],
        outline: `${getComputedStyle(element).outlineStyle} ${around.boxShadow} ${around.outlineStyle}`,
      };
    });
    if (names.includes(wanted)) return expect(outline, wanted).not.toBe('none none none');
    await page.keyboard.press(key);
  }
  throw new Error(`${wanted} cannot be reached with ${key}`);
}
