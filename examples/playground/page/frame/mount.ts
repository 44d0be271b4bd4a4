import type { ClientError, ConnectionState } from 'polylect/client';
import type { Door } from './door.js';
import { Frame, type Layout, type Protocol, type Words } from './frame.js';
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

/** How a client is put into a document. */
export interface MountOptions {
  readonly layout: Layout;
  /** What the ids of its elements begin with. Default empty: it is the only one. */
  readonly prefix?: string;
  /** Which others there are to go to. Default none. */
  readonly protocols?: readonly Protocol[];
  /** Makes the door of the frame work; `enter` is called with whoever wants to come in. */
  readonly door: (frame: Frame, enter: (person: Person) => Promise<void>) => Door;
  /** Somebody came in, or (`null`) nobody is in any more. */
  readonly changed?: (person: Person | null) => void;
}

/** A client on show. */
export interface Mounted {
  readonly frame: Frame;
  /** Lets somebody in, in place of whoever is. Resolves when they are in or were refused, which is shown. */
  enter(person: Person): Promise<void>;
  /** Logs out. */
  leave(): void;
  /** Logs out and takes everything away. */
  end(): void;
}

/** Shows the client of a protocol in an element: people come in and go, connections get lost and come back. */
export function mount(
  place: HTMLElement,
  make: (frame: Frame) => Page,
  { layout, prefix = '', protocols = [], door, changed = () => {} }: MountOptions,
): Mounted {
  const frame = new Frame(layout, prefix);
  place.append(frame.root);
  const page = make(frame);
  frame.fill(page.words, protocols);
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
      if (!isCurrent()) return;
      entrance.open();
      changed(who);
    } catch (error) {
      if (isCurrent()) leave(page.refusal(error as ClientError));
    }
  };
  const leave = (why: string | null) => {
    const before = client;
    client = null;
    before?.close();
    entrance.close(why);
    changed(null);
  };
  const status = connectionStatus(frame, {
    retry: () => client?.retry(),
    again: () => {
      if (person !== null) void enter(person);
    },
  });
  const entrance = door(frame, enter);
  frame.part('leave').addEventListener('click', () => leave(null));
  addEventListener('online', () => client?.retry(), { signal: frame.ending });
  return {
    frame,
    enter,
    leave: () => leave(null),
    end() {
      leave(null);
      frame.end();
    },
  };
}
