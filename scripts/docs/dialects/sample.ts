import { memory } from '../../../src/adapters/storage/memory.js';
import { type Chat, createChat } from '../../../src/chat.js';
import { conclave } from '../../../src/dialects/conclave/index.js';
import type { Dialect, DialectDefinition } from '../../../src/dialects/dialect.js';
import { originchats } from '../../../src/dialects/originchats/index.js';
import { sockchat } from '../../../src/dialects/sockchat/index.js';
import { venueless } from '../../../src/dialects/venueless/index.js';
import type { ChatEvent, EventName } from '../../../src/domain/events.js';
import type { SessionId, UserId } from '../../../src/domain/ids.js';
import type { Commands } from '../../../src/domain/index.js';
import type { Identity } from '../../../src/domain/users/identity.js';
import { type Answer, ask, type Protocol, protocols } from './shown.js';

/** What each protocol shows of one event in one case. */
export interface Case {
  readonly subject: string;
  readonly event: EventName;
  /** Which case it is, of those that differ. */
  readonly when: string | undefined;
  readonly answers: Readonly<Record<Protocol, Answer>>;
}

/** One case, as the script of the sample has it. */
export interface CaseWish {
  readonly when?: string;
  /** Why protocols that show other cases show nothing of this one. */
  readonly nothing?: Partial<Readonly<Record<Protocol, string>>>;
}

/** A chat with all protocols and without sockets, in which everything happens that there is an event for. */
export class Sample {
  readonly cases: Case[] = [];
  /** The hash of a password that opens nothing. */
  readonly hash = '$argon2id$v=19$m=1,t=1,p=1$c2FsdHNhbHQ$aGFzaA';
  /** What the cases are about that come next. */
  subject = '';
  readonly #dialects = new Map<string, Dialect>();
  #told: Case[] = [];
  #chat: Chat | undefined;
  #sessions = 0;

  static async open(): Promise<Sample> {
    const sample = new Sample();
    sample.#chat = await createChat({
      storage: memory(),
      auth: () => undefined,
      hasher: { hash: async () => '', verify: async () => ({ ok: false, rehash: false }) },
      dialects: [
        sockchat(),
        originchats(),
        venueless({ worlds: { sample: {} }, traitGrants: { attendee: [] } }),
        conclave(),
      ].map((one) => sample.#heard(one)),
      channels: [{ name: 'lounge', grants: openRoom }],
    });
    return sample;
  }

  /** The names of all events there are. */
  get events(): EventName[] {
    return Object.keys(this.#dialects.get('conclave')?.render ?? {}) as EventName[];
  }

  async close(): Promise<void> {
    await this.#chat?.close();
  }

  /** A definition whose dialect is asked what it shows, event by event, as they are told. */
  #heard(definition: DialectDefinition): DialectDefinition {
    return {
      ...definition,
      create: (host) => {
        const dialect = definition.create(host) as unknown as Dialect;
        this.#dialects.set(definition.name, dialect);
        // As in delivery: an event is shown by all before any of them hears it.
        const isFirst = definition.name === protocols[0];
        const heard = (event: ChatEvent) => {
          if (isFirst) this.#note(event);
          dialect.heard?.(event);
        };
        return { ...dialect, heard } as unknown as Dialect<never, never, never>;
      },
    };
  }

  #note(event: ChatEvent): void {
    const answers = Object.fromEntries(
      protocols.map((name) => [name, ask(name, this.#dialects.get(name) as Dialect, event)]),
    ) as Record<Protocol, Answer>;
    this.#told.push({ subject: this.subject, event: event.type, when: undefined, answers });
  }

  /** Runs a command as the host does. */
  async run<T extends keyof Commands & string>(
    type: T,
    input: Commands[T]['input'],
  ): Promise<Commands[T]['result']> {
    if (this.#chat === undefined) throw new Error('the sample is not open');
    return this.#chat.run(type, input);
  }

  /** Logs somebody in. The same name again is one more session. */
  async login(
    dialect: Protocol,
    name: string,
    identity: Partial<Identity> = {},
  ): Promise<{ readonly user: UserId; readonly session: SessionId }> {
    const session = `s${++this.#sessions}` as SessionId;
    const { user } = await this.run('session.open', {
      session,
      dialect,
      identity: { provider: 'sample', id: name, name, ...identity },
      place: dialect === 'sockchat',
      wornName: 'number',
      ...(dialect === 'venueless' ? { realm: 'sample', ownLimit: true } : {}),
    });
    return { user, session };
  }

  /** Notes what is shown of the first event of a type that `happens` causes. Throws if it causes none. */
  async shows<T>(event: EventName, wish: CaseWish, happens: () => Promise<T>): Promise<T> {
    return this.showsAll({ [event]: wish }, happens);
  }

  /** The same of something that is done in several ways. Throws if they are not shown alike. */
  async showsAlike(
    event: EventName,
    wish: CaseWish,
    ways: readonly (() => Promise<unknown>)[],
  ): Promise<void> {
    const found: Case[] = [];
    for (const way of ways) {
      await this.shows(event, wish, way);
      found.push(...this.cases.splice(-1));
    }
    const [first] = found;
    if (first === undefined || found.some((one) => JSON.stringify(one) !== JSON.stringify(first)))
      throw new Error(`${caseName(event, wish.when)} is not shown alike: ${JSON.stringify(found)}`);
    this.cases.push(first);
  }

  /** The same for several types that are told of one thing. */
  async showsAll<T>(
    wishes: Partial<Readonly<Record<EventName, CaseWish>>>,
    happens: () => Promise<T>,
  ): Promise<T> {
    this.#told = [];
    const result = await happens();
    const told = this.#told;
    for (const [event, { when, nothing = {} }] of Object.entries(wishes) as [EventName, CaseWish][]) {
      const found = told.find((one) => one.event === event);
      if (found === undefined) throw new Error(`${caseName(event, when)} did not happen`);
      this.cases.push({ subject: this.subject, event, when, answers: explained(found, when, nothing) });
    }
    return result;
  }
}

/** Everybody may be in it, whatever protocol they speak. */
export const openRoom = { viewer: [], participant: [] };

function caseName(event: EventName, when: string | undefined): string {
  return when === undefined ? event : `${event}, ${when},`;
}

/** Puts the reason into the place of nothing. Each nothing has one, and nothing else does. */
function explained(
  { event, answers }: Case,
  when: string | undefined,
  reasons: NonNullable<CaseWish['nothing']>,
): Case['answers'] {
  const whole = protocols.map((name) => {
    const answer = answers[name];
    const isNothing = 'shown' in answer && answer.shown === '';
    const reason = reasons[name];
    if (isNothing === (reason === undefined)) {
      const what = isNothing ? 'shows nothing, and the sample does not say why' : 'does not need a reason';
      throw new Error(`scripts/docs/dialects: ${caseName(event, when)} ${what} (${name})`);
    }
    return [name, reason === undefined ? answer : { shown: reason }];
  });
  return Object.fromEntries(whole) as Case['answers'];
}
