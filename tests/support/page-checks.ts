import type axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is seriously wrong for people who use assistive technology, as `rule: where`. The page needs axe among its scripts. */
export async function wrongs(page: Page): Promise<string[]> {
  const found = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
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
