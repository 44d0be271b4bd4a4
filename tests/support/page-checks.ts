import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What is seriously wrong for people who use assistive technology, as `rule: where`. The page needs axe among its scripts. */
export async function wrongs(page: Page): Promise<string[]> {
  const found = await page.evaluate(() =>
    (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, {
      resultTypes: ['violations'],
    }),
  );
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary}`),
    );
}

/** Elements whose content is wider than they are, or that stick out of the window. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isClipped = (element: Element): boolean => {
      const parent = element.parentElement;
      if (parent === null || parent === document.body) return false;
      return getComputedStyle(parent).overflowX === 'hidden' || isClipped(parent);
    };
    return [...document.querySelectorAll<HTMLElement>('body, body *')]
      .filter((element) => element.checkVisibility() && element.closest('.hidden, .skip') === null)
      .filter((element) => {
        const { overflowX } = getComputedStyle(element);
        const scrolls = overflowX === 'auto' || overflowX === 'scroll' || element === document.body;
        if (scrolls && element.scrollWidth > element.clientWidth + 1) return true;
        return element.getBoundingClientRect().right > innerWidth + 1 && !isClipped(element);
      })
      .map((element) => `${element.tagName}#${element.id}.${element.className}`);
  });
}

/**
 * Makes a function that says, of a page as it is, that nothing is seriously wrong with it and that it fits, and takes a picture. Called before the
 * page is loaded. `pictures`: how their names begin.
 */
export async function looker(
  page: Page,
  pictures: string,
  colorScheme: 'light' | 'dark',
): Promise<(name: string) => Promise<void>> {
  await page.addInitScript({ content: axe.source });
  return async (name) => {
    const width = page.viewportSize()?.width;
    expect(await wrongs(page), `${name}, ${width}`).toEqual([]);
    expect(await tooWide(page), `${name}, ${width}`).toEqual([]);
    await page.screenshot({ path: `${pictures}-${name}-${width}-${colorScheme}.png` });
  };
}
