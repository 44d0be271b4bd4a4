import type { Disconnect, SockChatClient } from 'polylect/client';
import type { App } from './app.js';
import { button, byId, h } from './elements.js';
import { ending } from './sentences.js';

/** How the connection is doing, and what to do when it is gone. */
export function connectionStatus(app: App, again: () => void): (client: SockChatClient) => void {
  const banner = byId('banner');
  let countdown: ReturnType<typeof setInterval> | undefined;
  addEventListener('online', () => app.client?.retry());

  return (client) => {
    const show = (state: string, text: string) => {
      byId('status').dataset.state = state;
      byId('status-text').textContent = text;
    };
    const quiet = () => {
      banner.classList.remove('ended');
      clearInterval(countdown);
      banner.hidden = true;
      banner.replaceChildren();
    };
    const waiting = ({ inMs = 0 }: Disconnect) => {
      const until = Date.now() + inMs;
      const words = h('span', {});
      const tick = () => {
        const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
        words.textContent =
          seconds === 0
            ? 'Connection lost. Trying again …'
            : `Connection lost. Trying again in ${seconds} s.`;
      };
      tick();
      clearInterval(countdown);
      countdown = setInterval(tick, 500);
      banner.replaceChildren(
        words,
        button('Try now', () => client.retry(), 'small'),
      );
      banner.hidden = false;
      show('waiting', 'Reconnecting');
    };
    const ended = (event: Disconnect) => {
      quiet();
      banner.classList.add('ended');
      const words = {
        kick: 'You were sent away. You may come back.',
        ban: `You were banned.${ending(event.until)}`,
        refused: 'The server did not let you back in.',
        lost: 'The connection is gone.',
        closed: '',
      }[event.reason];
      show('ended', 'Not connected');
      if (words === '') return;
      banner.replaceChildren(
        h('span', { attributes: { role: 'alert' } }, words),
        button('Log in again', again, 'small primary'),
      );
      banner.hidden = false;
    };
    client.on('state', (state) => {
      if (state === 'connecting' || state === 'authenticating') show('waiting', 'Connecting');
    });
    client.on('login', () => {
      quiet();
      show('online', 'Connected');
    });
    client.on('disconnected', (event) => (event.willReconnect ? waiting(event) : ended(event)));
  };
}
