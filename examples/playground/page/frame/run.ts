import type { ClientError, ConnectionState } from 'polylect/client';
import { door } from './door.js';
import { byId } from './elements.js';
import { fillFrame, type Protocol, showView, type Words } from './frame.js';
import { hostEvents } from './host-events.js';
import type { Person } from './identities.js';
import { connectionStatus } from './status.js';

/** A connection has ended, or could not be had. */
export interface Ending {
  readonly willReconnect: boolean;
  /** With `willReconnect`: milliseconds until the next attempt. */
  readonly inMs?: number;
}

/** What the frame needs of a client, whatever it speaks. */
export interface Client {
  readonly state: ConnectionState;
  /** The first login. */
  readonly login: Promise<unknown>;
  retry(): void;
  close(): void;
}

/** What the frame is told of a client. */
export interface Listener {
  state(): void;
  login(): void;
  /** `why`: what somebody is told who is not let back in; empty if they know. */
  disconnected(ending: Ending, why: string): void;
}

/** The page of one protocol. */
export interface Page {
  readonly words: Words;
  /** Connects somebody, shows what comes, and tells the frame how the connection is. */
  connect(person: Person, listener: Listener): Client;
  /** Why a login was refused; null if nothing is to be said. */
  refusal(error: ClientError): string | null;
}

/** Runs a page: people come in and go, connections get lost and come back. */
export function run(make: () => Page, protocols: readonly Protocol[]): void {
  const page = make();
  fillFrame(page.words, protocols);
  let client: Client | null = null;
  let person: Person | null = null;

  const enter = async (who: Person) => {
    client?.close();
    person = who;
    const isCurrent = () => now === client;
    const now: Client = page.connect(who, {
      state: () => isCurrent() && status.state(now.state),
      login: () => isCurrent() && status.online(),
      disconnected(ending, why) {
        if (!isCurrent()) return;
        if (ending.willReconnect && entrance.isShut)
          entrance.problem('The server cannot be reached. Trying again …');
        status.disconnected(ending, why);
      },
    });
    client = now;
    status.state(now.state);
    try {
      await now.login;
      if (isCurrent()) entrance.open();
    } catch (error) {
      if (isCurrent()) leave(page.refusal(error as ClientError));
    }
  };
  const leave = (why: string | null) => {
    const before = client;
    client = null;
    before?.close();
    entrance.close(why);
  };
  const status = connectionStatus({
    retry: () => client?.retry(),
    again: () => {
      if (person !== null) void enter(person);
    },
  });
  const entrance = door(enter);
  byId('leave').addEventListener('click', () => leave(null));
  addEventListener('online', () => client?.retry());
  hostEvents();
  showView('chat');
}
