import { button, h } from './elements.js';

/** Tells that the connection is lost and when it is tried again, in `banner`. The answer stops the counting. */
export function retryCountdown(banner: HTMLElement, inMs: number, retry: () => void): () => void {
  const until = Date.now() + inMs;
  const words = h('span', {});
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    words.textContent =
      seconds === 0 ? 'Connection lost. Trying again …' : `Connection lost. Trying again in ${seconds} s.`;
  };
  tick();
  banner.replaceChildren(words, button('Try now', retry, 'small'));
  const countdown = setInterval(tick, 500);
  return () => clearInterval(countdown);
}
