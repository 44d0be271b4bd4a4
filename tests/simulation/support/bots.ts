import type { ChatEvent } from '../../../src/domain/events.js';
import type { Message } from '../../../src/domain/messages/messages.js';
import type { User } from '../../../src/domain/users/users.js';
import { webhooks } from '../../../src/domain/webhooks/webhooks.js';
import type { Json } from '../../support/json-probe.js';
import type { OriginClient, SocketClient } from './clients.js';
import { Witness } from './witness.js';

/** Tables that what is known of bots is held against. */
export const botTables = ['webhooks'] as const;

/** Webhooks, calls and tokens that people remember, the newest. */
const remembered = 12;

/** A token that posts, or did. */
export interface Hook {
  readonly id: string;
  readonly token: string;
}

/** A call of a bot's command; whoever made it gave it a mark that no other has. */
interface Call {
  readonly caller: SocketClient;
  /** Whether the caller has been shown it. */
  told: boolean;
  /** Who was given it to answer. */
  bot: SocketClient | undefined;
  /** As the host was told. */
  event: ChatEvent<'slash_call'> | undefined;
}

/** What a bot has to answer. */
export interface Task {
  readonly bot: OriginClient;
  readonly mark: string;
  readonly frame: Json;
}

/** Webhooks and bots: a token posts while it is good, and a call goes to one bot that answers such commands, and to nobody else. */
export class Bots extends Witness {
  readonly hooks: Hook[] = [];
  readonly tasks: Task[] = [];
  /** Commands that bots have said they answer. */
  readonly commands: string[] = [];
  readonly #over = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #calls = new Map<string, Call>();
  readonly #answering = new Map<SocketClient, Set<string>>();
  readonly #answers = new Map<string, string>();

  /** Whether a token is known not to be good any more. */
  isOver({ id, token }: Hook): boolean {
    return this.#over.has(token) || this.#removed.has(id);
  }

  /** A webhook's post was answered. */
  posted(hook: Hook, text: string, status: number, wasOver: boolean): void {
    if (status >= 500 && status !== 503) this.flaw(`webhook ${hook.id} was answered with ${status}`);
    if (status !== 204) return;
    if (wasOver) this.flaw(`webhook ${hook.id} has posted though it was over`);
    const { rig } = this;
    const isThere = rig.chat.read((view) => view.get(webhooks, hook.id)) !== undefined;
    const stored = [...rig.stored.table('messages').values()];
    if (isThere && !stored.some(({ row }) => (row as Message).text === text))
      this.flaw(`webhook ${hook.id} was told that ${text} is said, and it is not stored`);
  }

  /** A client says that it answers these commands. */
  answers(client: SocketClient, names: readonly string[]): void {
    const all = this.#answering.get(client) ?? new Set();
    for (const name of names) all.add(name);
    this.commands.push(...names);
    if (this.commands.length > remembered) this.commands.shift();
    this.#answering.set(client, all);
  }

  /** A client calls a command, with a mark that no other call has. */
  calling(caller: SocketClient, mark: string): void {
    this.#calls.set(mark, { caller, told: false, bot: undefined, event: undefined });
    for (const old of [...this.#calls.keys()].slice(0, Math.max(0, this.#calls.size - 100)))
      this.#calls.delete(old);
  }

  /** A bot answers a call with a text of its own. */
  answering(mark: string, text: string): void {
    this.#answers.set(text, mark);
  }

  override frame(client: SocketClient, _text: string, packet: Json): void {
    if (client.dialect !== 'originchats') return;
    const { cmd } = packet;
    if (cmd === 'slash_call' && packet.val !== undefined) this.#called(client, packet);
    else if (['webhook_create', 'webhook_regenerate'].includes(cmd) && packet.webhook?.token) {
      const { id, token } = packet.webhook;
      if (!this.rig.stored.everHad('webhooks', id))
        this.flaw(`${client.name} was told of webhook ${id} before it was stored`);
      for (const old of this.hooks) if (old.id === id) this.#over.add(old.token);
      this.hooks.push({ id, token });
      if (this.hooks.length > remembered) this.hooks.shift();
    }
  }

  override told(event: ChatEvent): void {
    switch (event.type) {
      case 'webhook_remove':
        this.#removed.add(event.webhook.id);
        return;
      case 'slash_call': {
        const call = this.#calls.get(String(event.args.mark));
        if (call !== undefined) call.event = event;
        return;
      }
      case 'message': {
        const { id, text, webhook, interaction, author } = event.message;
        if (webhook !== undefined && this.#removed.has(webhook.id))
          this.flaw(`message ${id} is by webhook ${webhook.id}, which was gone`);
        const asked = this.#calls.get(this.#answers.get(text) ?? '')?.event;
        if (asked === undefined || interaction === undefined) return;
        const invoker = this.rig.stored.lastOf('users', interaction.user.user) as User | undefined;
        // Bots name them by their identity, and they may have come back with a new account.
        if (invoker?.identity !== asked.person.identity || author?.user !== asked.bot.user)
          this.flaw(
            `message ${id} of ${author?.handle} is for ${interaction.user.handle}, and ${asked.person.handle} asked ${asked.bot.handle}`,
          );
      }
    }
  }

  override reborn(): void {
    this.tasks.length = 0;
    this.commands.length = 0;
    this.#calls.clear();
    this.#answering.clear();
    this.#answers.clear();
  }

  #called(client: SocketClient, frame: Json): void {
    const { command, args } = frame.val;
    const call = this.#calls.get(args.mark);
    if (call === undefined) return;
    // Whoever calls is told so too, first or second if the command is their own.
    if (client === call.caller && !call.told) {
      call.told = true;
      return;
    }
    if (!this.#answering.get(client)?.has(command))
      this.flaw(`${client.name} was shown a call of ${command} by another`);
    if (call.bot !== undefined)
      this.flaw(`${client.name} and ${call.bot.name} were both to answer ${command}`);
    call.bot = client;
    this.tasks.push({ bot: client as unknown as OriginClient, mark: args.mark, frame });
    if (this.tasks.length > remembered) this.tasks.shift();
  }
}
