import type { Page } from 'playwright-core';

/** Watches from the first moment on for script that ran and for elements and attributes that have no business there. */
export const WATCH = `
  window.__violations = [];
  window.__elements = new Map();
  window.__attributes = [];
  addEventListener('securitypolicyviolation', (event) => window.__violations.push(event.violatedDirective + ' ' + event.sample));
  const look = (element) => {
    window.__elements.set(element.localName, element.outerHTML.slice(0, 200));
    for (const { name, value } of element.attributes) {
      if (/^on|^(src|href|srcdoc|action|formaction|data|background)$/.test(name)) {
        window.__attributes.push(element.localName + ' ' + name + '=' + value);
      }
    }
    for (const child of element.children) look(child);
  };
  new MutationObserver((changes) => {
    if (!window.__armed) return;
    for (const change of changes) for (const node of change.addedNodes) if (node instanceof Element) look(node);
  }).observe(document, { childList: true, subtree: true });
`;

/** What {@link WATCH} has noticed in a page since it was armed. */
export interface Seen {
  readonly ran: boolean;
  readonly violations: string[];
  readonly elements: [string, string][];
  readonly attributes: string[];
}

export function seen(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const watched = window as unknown as {
      __ran?: unknown;
      __violations: string[];
      __elements: Map<string, string>;
      __attributes: string[];
    };
    return {
      ran: watched.__ran !== undefined,
      violations: watched.__violations,
      elements: [...watched.__elements],
      attributes: [...new Set(watched.__attributes)],
    };
  });
}

/** Begins to look at what is added to a page; scripts and violations are noticed from the start. */
export const arm = (page: Page) =>
  page.evaluate(() => {
    (window as unknown as { __armed: boolean }).__armed = true;
  });
