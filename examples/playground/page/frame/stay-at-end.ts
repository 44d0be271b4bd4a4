/** How far from its end, in pixels, a list still counts as being there. */
const near = 60;

/** Whether a list follows what comes at its end. */
export interface End {
  readonly isFollowed: boolean;
  /** Shows the end, and follows it from now on. */
  go(): void;
}

/**
 * Tells whether somebody has scrolled a list up, and keeps its end in sight when its size changes if not.
 * `arrived` is called whenever the end is in sight.
 */
export function stayAtEnd(list: HTMLElement, arrived: () => void = () => {}): End {
  // It scrolls, so the keyboard has to get there.
  list.tabIndex = 0;
  let isFollowed = true;
  let top = 0;
  let size = '';
  const sizeNow = () => `${list.clientWidth} ${list.clientHeight}`;
  const go = () => {
    isFollowed = true;
    list.scrollTop = list.scrollHeight;
    top = list.scrollTop;
    arrived();
  };
  list.addEventListener('scroll', () => {
    // Moved by a new size or by being hidden, not by a person.
    if (size !== sizeNow()) return;
    if (list.scrollHeight - list.scrollTop - list.clientHeight < near) {
      isFollowed = true;
      arrived();
      // What is told late, after more has come, is not a way up: only a person goes there.
    } else if (list.scrollTop < top) isFollowed = false;
    top = list.scrollTop;
  });
  // More may have come while it was out of sight.
  new ResizeObserver(() => {
    size = sizeNow();
    if (isFollowed) go();
  }).observe(list);
  return {
    get isFollowed() {
      return isFollowed;
    },
    go,
  };
}
