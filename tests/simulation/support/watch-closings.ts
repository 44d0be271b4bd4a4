import { holdsIn } from '../../../src/dialects/scope.js';
import type { ChatEvent } from '../../../src/domain/events.js';
import type { UserId } from '../../../src/domain/ids.js';
import { silenceOf } from '../../../src/domain/moderation/bans.js';
import type { SocketClient } from './clients.js';
import type { Rig } from './rig.js';

/** After this without a ping a Sock Chat connection is ended (section 6.5). Milliseconds. */
const pingTimeoutMs = 300_000;

/** A session that the host was told of. */
interface Login {
  readonly client: SocketClient | undefined;
  readonly user: UserId;
  readonly dialect: string;
  /** How many reasons had been told before. */
  readonly after: number;
  /** When the silence ends that they came in with. */
  readonly silentUntil: number | undefined;
}

/** A connection that the chat has closed. */
interface Closing {
  readonly client: SocketClient;
  readonly session: string | undefined;
  readonly code: number;
  readonly draining: boolean;
  /** Something was not told yet, and may have died with its process. */
  readonly waiting: boolean;
  readonly reads: boolean;
  readonly elapsed: number;
}

/** Events that send somebody away, or a session. */
type Reason = ChatEvent<
  | 'user_kick'
  | 'user_ban'
  | 'user_silence'
  | 'user_unsilence'
  | 'user_leave'
  | 'user_unlink'
  | 'session_close'
>;

/** Nobody's connection is closed but for what they did themselves, or for what the host was told about them; and whoever is sent away is gone. */
export class ClosingsWatch {
  readonly #rig: Rig;
  readonly #flaw: (text: string) => void;
  readonly #logins = new Map<string, Login>();
  /** Since when, in milliseconds that have gone by for the chat. */
  readonly #opened = new WeakMap<SocketClient, number>();
  #closings: Closing[] = [];
  /** Those told since the last look. */
  #reasons: Reason[] = [];
  #anew = false;

  constructor(rig: Rig, flaw: (text: string) => void) {
    this.#rig = rig;
    this.#flaw = flaw;
  }

  opened(client: SocketClient): void {
    this.#opened.set(client, this.#rig.time.felt);
  }

  closing(client: SocketClient, code: number): void {
    const { chat, time } = this.#rig;
    const { session, link } = client;
    const reads = link.isReading && link.isAnswering;
    const { draining, waiting } = chat.health();
    this.#closings.push({
      client,
      session,
      code,
      draining,
      waiting: waiting > 0,
      reads,
      elapsed: time.felt,
    });
  }

  told(event: ChatEvent): void {
    switch (event.type) {
      case 'session_open': {
        const { session, dialect, person, at } = event;
        const { chat, clients } = this.#rig;
        const silence = chat.read((view) => silenceOf(view, person.user, at));
        this.#logins.set(session, {
          client: [...clients].find((one) => one.session === session),
          user: person.user,
          dialect,
          after: this.#reasons.length,
          silentUntil: silence?.until ?? undefined,
        });
        return;
      }
      case 'user_kick':
      case 'user_ban':
      case 'user_silence':
      case 'user_unsilence':
      case 'user_leave':
      case 'user_unlink':
      case 'session_close':
        this.#reasons.push(event);
    }
  }

  /** After every step. What storage says nothing about is not told yet, whatever was closed meanwhile. */
  check(): void {
    if (this.#rig.chat.health().waiting > 0) return;
    for (const closing of this.#closings) {
      const login = closing.session === undefined ? undefined : this.#logins.get(closing.session);
      // Before login, a connection is closed for what its client sends or does not send.
      if (login === undefined || this.#isMeant(closing, login)) continue;
      if (this.#anew && closing.waiting) continue;
      const { client, code } = closing;
      this.#flaw(`${client.name} on ${client.dialect} was closed with ${code}, and nothing said why`);
    }
    this.#reasons.forEach((reason, at) => {
      this.#checkGone(reason, at);
    });
    for (const reason of this.#reasons)
      if (reason.type === 'session_close') this.#logins.delete(reason.session);
    if (this.#anew) {
      this.#logins.clear();
      this.#rig.ended.clear();
    }
    for (const [session, login] of this.#logins) this.#logins.set(session, { ...login, after: 0 });
    this.#closings = [];
    this.#reasons = [];
    this.#anew = false;
    this.#rig.cuts.clear();
  }

  /** Another life has begun; what was told of the old one still counts for this step. */
  reborn(): void {
    this.#anew = true;
  }

  #isMeant(closing: Closing, login: Login): boolean {
    const { client, session = '', code, draining, reads, elapsed } = closing;
    if (code === 1012) return draining;
    if (this.#rig.ended.has(session) || (client as { readonly leaves?: boolean }).leaves) return true;
    const cut = this.#rig.cuts.get(session);
    if (cut !== undefined) return cut === 'slow-reader' ? !reads : true;
    const quietMs = elapsed - (this.#opened.get(client) ?? elapsed);
    return this.#reasons.some((reason) => {
      if (reason.type !== 'session_close') return names(reason, login, session);
      if (reason.session !== session) return false;
      const waited = login.dialect === 'sockchat' && quietMs >= pingTimeoutMs;
      return (
        reason.barred ||
        reason.reason === 'replaced' ||
        (reason.reason === 'timeout' && (!reads || waited)) ||
        this.#isSpokenAgain(login)
      );
    });
  }

  /** Whoever was silent may speak again: pages of Venueless are told to load anew. */
  #isSpokenAgain({ dialect, silentUntil }: Login): boolean {
    return dialect === 'venueless' && silentUntil !== undefined && silentUntil <= this.#rig.time.now();
  }

  /** Whoever was there when it was told that they are sent away is no longer. */
  #checkGone(reason: Reason, at: number): void {
    if (reason.type === 'session_close' || reason.type === 'user_unsilence') return;
    for (const [session, login] of this.#logins) {
      if (login.after > at || !login.client?.isOpen || !names(reason, login, session)) continue;
      // Whoever asks to go is closed by the answer, which may have to wait.
      if (reason.type === 'user_leave' && login.dialect === 'originchats') continue;
      this.#flaw(`${login.client.name} on ${login.dialect} is still there after ${reason.type}`);
    }
  }
}

/** Whether an event ends a session. */
function names(reason: Exclude<Reason, ChatEvent<'session_close'>>, login: Login, session: string): boolean {
  const { user, dialect } = login;
  switch (reason.type) {
    case 'user_kick':
      return reason.person.user === user && holdsIn(reason, dialect);
    case 'user_ban':
      return reason.person.user === user && holdsIn(reason, dialect) && reason.stayed !== dialect;
    case 'user_silence':
      return reason.person.user === user && dialect === 'venueless';
    case 'user_unsilence':
      return reason.person.user === user && dialect === 'venueless';
    case 'user_leave':
      if (reason.user !== user) return false;
      return dialect !== 'originchats' || reason.origin === undefined || reason.origin.session === session;
    case 'user_unlink':
      return reason.ended.includes(session as never);
  }
}
