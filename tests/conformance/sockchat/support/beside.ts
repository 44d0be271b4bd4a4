import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attach } from '../../../../src/adapters/sockets/ws.js';
import { memory } from '../../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../../src/chat.js';
import type { Storage } from '../../../../src/core/ports.js';
import { type OriginChatsOptions, originchats } from '../../../../src/dialects/originchats/index.js';
import { sockchat } from '../../../../src/dialects/sockchat/index.js';
import { type VenuelessOptions, venueless } from '../../../../src/dialects/venueless/index.js';
import type { ChatOptions } from '../../../../src/options.js';
import { JsonProbe } from '../../../support/json-probe.js';
import { SockProbe } from '../../../support/sock-probe.js';
import { Member, openRoom } from '../../venueless/support/server.js';

export interface BesideOptions extends Partial<ChatOptions> {
  readonly originchats?: OriginChatsOptions;
  readonly venueless?: Partial<VenuelessOptions>;
}

/** A chat that speaks Sock Chat and, beside it, OriginChats and Venueless, behind a real server on a port of its own. */
export class Beside {
  private constructor(
    readonly chat: Chat,
    readonly storage: Storage,
    readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  static async open(options: BesideOptions = {}): Promise<Beside> {
    const { originchats: ofOriginChats = {}, venueless: ofVenueless = {}, ...more } = options;
    const storage = options.storage ?? memory();
    const chat = await createChat({
      // Everybody says their name and is believed; who says more brings permissions.
      auth: ({ arguments: [name = ''] }) => ({
        provider: 'test',
        id: name,
        name,
        ...(name === 'mod' ? { rank: 9, permissions: everything } : {}),
      }),
      dialects: [
        originchats(ofOriginChats),
        sockchat(),
        venueless({ worlds: { demo: { title: 'Demo' } }, traitGrants: { attendee: [] }, ...ofVenueless }),
      ],
      channels: [{ name: 'lounge', grants: openRoom }],
      defaults: { roles: ['user'] },
      ...more,
      storage,
    });
    const http = createServer();
    attach(http, chat, { originchats: '/', sockchat: '/sock', venueless: '/world' });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const stop = async () => {
      await chat.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    };
    return new Beside(chat, storage, `127.0.0.1:${(http.address() as AddressInfo).port}`, stop);
  }

  onSockChat(name: string): Promise<SockProbe> {
    return SockProbe.login(`ws://${this.url}/sock`, name);
  }

  async onOriginChats(name: string): Promise<JsonProbe> {
    const probe = await JsonProbe.open(`ws://${this.url}/`, name);
    probe.send({ cmd: 'auth', validator: name });
    await probe.until((frame) => frame.cmd === 'ready' || frame.cmd === 'user_connect');
    return probe;
  }

  async onVenueless(name: string): Promise<Member> {
    const probe = await JsonProbe.open(`ws://${this.url}/world/demo/`, name);
    probe.send(['authenticate', { token: name }]);
    const [, welcome] = await probe.next();
    return new Member(probe, name, welcome);
  }
}

/** What whoever moderates may do. */
const everything = [
  'message.send',
  'message.delete.any',
  'message.edit.any',
  'user.kick',
  'user.ban',
  'user.silence',
  'announce',
  'channel.create',
  'room.moderate',
] as const;
