import { h, perFrame } from '../frame/elements.js';
import { retryCountdown } from '../frame/retry-countdown.js';
import { Rows } from '../frame/rows.js';
import { type WireEntry, row as wireRow } from '../frame/wire-panel.js';
import { type Account, rememberAccount } from './accounts.js';
import { conversation } from './conversation.js';
import { door } from './door.js';
import { frame } from './frame.js';
import { notKnown } from './sentences.js';
import type { Session } from './session.js';
import { sidebar } from './sidebar.js';

/** How the client is put into a document. */
export interface ConclaveOptions {
  /** Where the server is mounted. Default `/conclave` of where the page comes from. */
  readonly url?: string;
  /** The level of the heading; those inside are one deeper. Default 2. */
  readonly level?: number;
  /** Somebody came in, by this name, or (`null`) nobody is in any more; `why` says what they should know of it. */
  readonly changed?: (username: string | null, why?: string) => void;
  /** It never takes the focus by itself. Default false. */
  readonly isQuiet?: boolean;
  /** Told of each packet that has been put on the panel, with its row. */
  readonly packetShown?: (row: HTMLElement, entry: WireEntry) => void;
}

/** A client on show. */
export interface MountedConclave {
  readonly root: HTMLElement;
  /** Buttons that say which part is shown; they may be moved elsewhere. */
  readonly tabs: HTMLElement;
  /**
   * Lets somebody in who did not come by the door. With `isNew` they are registered first, otherwise (the default) only if the server does not know
   * them. Answers why not, `null` if they are in.
   */
  enter(account: Account, isNew?: boolean): Promise<string | null>;
  /** Whoever is in. */
  readonly session: Session | null;
  /** Moves the focus to where one comes in, or writes. */
  focus(): void;
  /** Ends what is under way and takes everything away. */
  end(): void;
}

/**
 * Shows a client of Conclave in an element: accounts, end-to-end encrypted groups, and what goes over the wire. Fills the element's height; keyboard and ids are its own.
 * What makes keys is loaded once somebody comes in.
 */
export function mountConclave(
  place: HTMLElement,
  {
    url = `${location.origin}/conclave`,
    level = 2,
    changed = () => {},
    isQuiet = false,
    packetShown = () => {},
  }: ConclaveOptions = {},
): MountedConclave {
  const parts = frame(level);
  place.append(parts.root);
  const rows = new Rows(parts.wireRows, 'Requests, answers and events', 300);
  let isPaused = false;
  parts.wirePause.setAttribute('aria-pressed', 'false');
  parts.wirePause.addEventListener('click', () => {
    isPaused = !isPaused;
    parts.wirePause.setAttribute('aria-pressed', String(isPaused));
  });
  parts.wireClear.addEventListener('click', () => rows.clear());

  const ended = new AbortController();
  let session: Session | null = null;
  let stopCountdown = () => {};
  const views = [conversation(parts, () => session), sidebar(parts, () => session)];
  const showAll = perFrame(() => {
    for (const view of views) view();
  });
  const showScreen = (isIn: boolean) => {
    parts.door.hidden = isIn;
    parts.app.hidden = !isIn;
  };
  const lost = h('p', { class: 'banner conclave-connection' });
  lost.hidden = true;
  parts.app.prepend(lost);
  const connection = (state: 'online' | 'waiting', inMs: number) => {
    stopCountdown();
    parts.status.dataset.state = state;
    parts.statusText.textContent = state === 'online' ? 'Connected' : 'Reconnecting';
    lost.hidden = state === 'online';
    if (state === 'online') return;
    stopCountdown = retryCountdown(lost, inMs, () => session?.retry());
  };
  const out = (why: string, isGone: boolean) => {
    stopCountdown();
    session = null;
    if (isGone) rememberAccount(null);
    showScreen(false);
    entrance.offer();
    entrance.problem(why === '' ? null : why);
    if (!isQuiet) entrance.focus();
    changed(null, why);
  };
  const come = async (account: Account, registers: boolean): Promise<string | null> => {
    const watcher = {
      wire: (entry: WireEntry) => {
        if (isPaused) return;
        const row = wireRow(entry);
        rows.add(row);
        packetShown(row, entry);
      },
      changed: showAll,
      problem(text: string | null) {
        parts.problem.textContent = text ?? '';
      },
      connection,
      ended: out,
    };
    try {
      const { Session: Made } = await import('./session.js');
      const made = await Made.enter(url, account, registers, watcher);
      if (ended.signal.aborted) {
        made.close();
        return null;
      }
      session = made;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    connection('online', 0);
    showScreen(true);
    for (const view of views) view();
    if (!isQuiet) parts.text.focus();
    changed(session.username);
    return null;
  };
  const entrance = door(parts.door, level, come);
  addEventListener('online', () => session?.retry(), { signal: ended.signal });
  return {
    root: parts.root,
    tabs: parts.tabs,
    async enter(account, isNew = false) {
      const refused = await come(account, isNew);
      return refused === notKnown && !isNew ? come(account, true) : refused;
    },
    get session() {
      return session;
    },
    focus: () => (session === null ? entrance.focus() : parts.text.focus()),
    end() {
      ended.abort();
      stopCountdown();
      session?.close();
      session = null;
      parts.root.remove();
    },
  };
}
