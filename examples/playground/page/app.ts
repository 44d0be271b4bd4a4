import { type ChatUser, ClientError, type SockChatClient } from 'polylect/client';
import { byId } from './elements.js';

/** What the parts of the page share: the client of the moment and a few things to do with it. */
export class App {
  client: SockChatClient | null = null;
  /** Told when the room list, the people or oneself changed. */
  onWhisper: (name: string | null) => void = () => {};

  /** Does something with the client; a failure is shown. Answers whether it was done. */
  act(what: (client: SockChatClient) => void): boolean {
    try {
      if (this.client === null) return false;
      what(this.client);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof ClientError)) throw thrown;
      this.problem(
        thrown.code === 'not-connected'
          ? 'Not sent: there is no connection right now.'
          : `Not sent: ${thrown.message}.`,
      );
      return false;
    }
  }

  /** Shows a problem below the conversation until the next thing is done. */
  problem(text: string | null): void {
    const left = byId('left');
    left.textContent = text ?? '';
    left.classList.toggle('problem-text', text !== null);
  }

  /** Puts words where one writes. */
  write(text: string): void {
    const field = byId<HTMLTextAreaElement>('text');
    field.value = text === '' ? field.value : text;
    field.dispatchEvent(new Event('input'));
    this.show('chat');
    field.focus();
  }

  /** Where everything does not fit, shows one part. */
  show(view: string): void {
    document.body.dataset.view = view;
    for (const tab of document.querySelectorAll<HTMLButtonElement>('.tabs button')) {
      tab.setAttribute('aria-pressed', String(tab.dataset.to === view));
    }
  }

  /** Whether one may moderate somebody. */
  outranks(user: ChatUser): boolean {
    const own = this.client?.self?.permissions;
    if (own === null || own === undefined || !own.kick) return false;
    return user.permissions === null || own.rank > user.permissions.rank;
  }
}
