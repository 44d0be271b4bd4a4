import { perFrame } from './elements.js';

/** What came at the end of a conversation. */
export interface Growth {
  /** One's own words are always followed. */
  readonly isOwn: boolean;
  /** Whether somebody who reads further up should be told. */
  readonly isNews: boolean;
}

/** Keeps the newest of a conversation in sight unless one has scrolled up; then `toEnd` leads back to it. */
export function followEnd(log: HTMLElement, toEnd: HTMLElement): { grown(growth: Growth): void } {
  log.tabIndex = 0;
  let staysAtEnd = true;
  const goToEnd = () => {
    staysAtEnd = true;
    log.scrollTop = log.scrollHeight;
    toEnd.hidden = true;
  };
  const follow = perFrame(() => {
    if (staysAtEnd) goToEnd();
  });
  toEnd.addEventListener('click', () => {
    goToEnd();
    log.focus();
  });
  let size = '';
  const sizeNow = () => `${log.clientWidth} ${log.clientHeight}`;
  log.addEventListener('scroll', () => {
    // Moved by a new size or by being hidden, not by a person.
    if (size !== sizeNow()) return;
    staysAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    if (staysAtEnd) toEnd.hidden = true;
  });
  new ResizeObserver(() => {
    size = sizeNow();
    if (staysAtEnd) goToEnd();
  }).observe(log);
  return {
    grown({ isOwn, isNews }) {
      if (isOwn) staysAtEnd = true;
      if (staysAtEnd) follow();
      else if (isNews) toEnd.hidden = false;
    },
  };
}
