import { perFrame } from './elements.js';
import { stayAtEnd } from './stay-at-end.js';

/** What came at the end of a conversation. */
export interface Growth {
  /** One's own words are always followed. */
  readonly isOwn: boolean;
  /** Whether somebody who reads further up should be told. */
  readonly isNews: boolean;
}

/** Keeps the newest of a conversation in sight unless one has scrolled up; then `toEnd` leads back to it. */
export function followEnd(log: HTMLElement, toEnd: HTMLElement): { grown(growth: Growth): void } {
  const end = stayAtEnd(log, () => {
    toEnd.hidden = true;
  });
  let isOwnDue = false;
  const follow = perFrame(() => {
    if (end.isFollowed || isOwnDue) end.go();
    isOwnDue = false;
  });
  toEnd.addEventListener('click', () => {
    end.go();
    log.focus();
  });
  return {
    grown({ isOwn, isNews }) {
      isOwnDue ||= isOwn;
      if (end.isFollowed || isOwn) follow();
      else if (isNews) toEnd.hidden = false;
    },
  };
}
