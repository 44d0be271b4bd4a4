import type { ConnectionState } from 'polylect/client';
import { button, h } from './elements.js';
import type { Frame } from './frame.js';
import type { Ending } from './mount.js';
import { retryCountdown } from './retry-countdown.js';

/** What can be done about a connection. */
export interface StatusActions {
  /** Tries at once instead of waiting. */
  readonly retry: () => void;
  /** Logs in once more. */
  readonly again: () => void;
}

/** Shows how the connection is doing, and what to do when it is gone. */
export interface ConnectionStatus {
  state(state: ConnectionState): void;
  online(): void;
  /** `why`: empty if nothing is to be said. */
  disconnected(ending: Ending, why: string): void;
}

export function connectionStatus(frame: Frame, { retry, again }: StatusActions): ConnectionStatus {
  const banner = frame.part('banner');
  let stopCountdown = () => {};
  const show = (state: string, text: string) => {
    frame.part('status').dataset.state = state;
    frame.part('status-text').textContent = text;
  };
  const quiet = () => {
    stopCountdown();
    banner.classList.remove('ended');
    banner.hidden = true;
    banner.replaceChildren();
  };
  const waiting = (inMs: number) => {
    stopCountdown = retryCountdown(banner, inMs, retry);
    banner.hidden = false;
    show('waiting', 'Reconnecting');
  };
  const ended = (why: string) => {
    show('ended', 'Not connected');
    if (why === '') return;
    banner.classList.add('ended');
    banner.replaceChildren(
      h('span', { attributes: { role: 'alert' } }, why),
      button('Log in again', again, 'small primary'),
    );
    banner.hidden = false;
  };
  return {
    state(state) {
      frame.part<HTMLButtonElement>('send').disabled = state !== 'online';
      if (state === 'connecting' || state === 'authenticating') show('waiting', 'Connecting');
    },
    online() {
      quiet();
      show('online', 'Connected');
    },
    disconnected({ willReconnect, inMs = 0 }, why) {
      quiet();
      if (willReconnect) waiting(inMs);
      else ended(why);
    },
  };
}
