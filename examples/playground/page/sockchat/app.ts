import type { ChatUser, SockChatClient } from 'polylect/client';
import type { Frame } from '../frame/frame.js';

/** What the parts of the page share: the client of the moment and a few things to do with it. */
export class App {
  readonly frame: Frame;
  client: SockChatClient | null = null;
  /** Whispers to somebody from now on; null: to nobody. */
  whisperTo: (name: string | null) => void = () => {};
  /** Puts words where one writes. */
  write: (text: string) => void = () => {};

  constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Does something with the client; a failure is shown. Answers whether it was done. */
  async act(what: (client: SockChatClient) => void): Promise<boolean> {
    const { client } = this;
    return client !== null && (await this.frame.attempt(() => what(client)));
  }

  /** Whether one may moderate somebody. */
  outranks(user: ChatUser): boolean {
    const own = this.client?.self?.permissions;
    if (own === null || own === undefined || !own.kick) return false;
    return user.permissions === null || own.rank > user.permissions.rank;
  }
}
