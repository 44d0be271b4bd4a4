import type { View } from '../../core/table.js';
import type { ChatEvent } from '../../domain/events.js';
import type { UserId } from '../../domain/ids.js';
import { displayNameOf } from '../../domain/profiles/profiles.js';
import { fold } from '../../domain/users/names.js';
import { isGone, type User, users } from '../../domain/users/users.js';
import type { DialectHost } from '../dialect.js';
import type { World } from './options.js';
import { othersTurn } from './others-turn.js';

/** People looked at in one go; in between, others have their turn. */
const perGo = 5_000;

/** Somebody as they are found. */
interface Entry {
  readonly user: User;
  /** The display name, folded; empty for somebody without one. */
  readonly name: string;
  /** The same with all of `said` behind it: what is not in here is in none of it. */
  readonly text: string;
  /** What they say in profile fields that some world searches, folded, by the field's id. */
  readonly said: Readonly<Record<string, string>> | undefined;
}

/** What is looked for. */
export interface Wanted {
  /** Part of a display name or of a profile field that the world searches, in any case. */
  readonly term: string;
  /** What else must hold, asked only of those who fit. */
  readonly fits: (user: User) => boolean;
}

/**
 * Everybody by display name. Made when it is first asked for, then kept up to date from events: a search among a hundred thousand people looks
 * at names that are folded and in order already, and ends with the page that was asked for. What takes long is done bit by bit.
 */
export class Directory {
  #entries: readonly Entry[] = [];
  #building: Promise<void> | undefined;
  readonly #known = new Map<UserId, Entry>();
  readonly #changed = new Set<UserId>();
  readonly #searched: readonly string[];

  constructor(
    private readonly host: Pick<DialectHost, 'read' | 'clock'>,
    worlds: Iterable<World>,
  ) {
    this.#searched = [...new Set([...worlds].flatMap(searchedFields))];
  }

  heard(event: ChatEvent): void {
    if (this.#building === undefined) return;
    switch (event.type) {
      case 'user_leave':
        this.#changed.add(event.user);
        break;
      // A login may bring another name.
      case 'user_join':
      case 'session_open':
      case 'user_update':
        this.#changed.add(event.person.user);
    }
  }

  /** Everybody who is not private and has not left for good: by display name, those without one first. */
  async all(): Promise<User[]> {
    return (await this.#current()).map(({ user }) => user);
  }

  /** A page, counted from 1, of those who have a name and are what is wanted; `last`: there are no more. */
  async page(
    world: World,
    { term, fits }: Wanted,
    page: number,
    size: number,
  ): Promise<{ readonly found: User[]; readonly last: boolean }> {
    const part = folded(term);
    const fields = searchedFields(world);
    const found: User[] = [];
    let before = (page - 1) * size;
    const entries = await this.#current();
    for (let at = 0; at < entries.length; at++) {
      if (at > 0 && at % perGo === 0) await othersTurn(this.host);
      const { user, name, text, said } = entries[at] as Entry;
      if (name === '' || !text.includes(part)) continue;
      if (!name.includes(part) && !fields.some((id) => said?.[id]?.includes(part))) continue;
      if (!fits(user)) continue;
      if (before > 0) before--;
      else if (found.length < size) found.push(user);
      else return { found, last: false };
    }
    return { found, last: true };
  }

  async #current(): Promise<readonly Entry[]> {
    this.#building ??= this.#build();
    await this.#building;
    if (this.#changed.size > 0) this.#update([...this.#changed]);
    this.#changed.clear();
    return this.#entries;
  }

  async #build(): Promise<void> {
    const ids = this.host.read((view) => Array.from(view.all(users), ({ id }) => id));
    for (let from = 0; from < ids.length; from += perGo) {
      if (from > 0) await othersTurn(this.host);
      this.#update(ids.slice(from, from + perGo));
    }
  }

  /** Takes those of these who have changed out and puts them in their new places, all at once. */
  #update(ids: readonly UserId[]): void {
    const { fresh, old } = this.host.read((view) => this.#compare(view, ids));
    if (old.size === 0 && fresh.length === 0) return;
    fresh.sort(byName);
    const next: Entry[] = [];
    let at = 0;
    for (const entry of this.#entries) {
      if (old.has(entry)) continue;
      for (let one = fresh[at]; one !== undefined && byName(one, entry) < 0; one = fresh[++at])
        next.push(one);
      next.push(entry);
    }
    this.#entries = next.concat(fresh.slice(at));
  }

  #compare(
    view: View,
    ids: readonly UserId[],
  ): { readonly fresh: Entry[]; readonly old: ReadonlySet<Entry> } {
    const old = new Set<Entry>();
    const fresh: Entry[] = [];
    for (const id of ids) {
      const user = view.get(users, id);
      const known = this.#known.get(id);
      if (known?.user === user) continue;
      if (known !== undefined) old.add(known);
      this.#known.delete(id);
      if (user !== undefined) fresh.push(...this.#enter(user));
    }
    return { fresh, old };
  }

  #enter(user: User): Entry[] {
    if (isGone(user) || user.private) return [];
    const name = folded(displayNameOf(user) ?? '');
    const said = this.#saidBy(user);
    const text = said === undefined ? name : [name, ...Object.values(said)].join('\n');
    const entry = { user, name, text, said };
    this.#known.set(user.id, entry);
    return [entry];
  }

  #saidBy({ profile }: User): Entry['said'] {
    const fields = profile?.fields;
    if (this.#searched.length === 0 || typeof fields !== 'object' || fields === null) return undefined;
    const said = this.#searched.flatMap((id) => {
      const text = Object.hasOwn(fields, id) ? (fields as Record<string, unknown>)[id] : undefined;
      return typeof text === 'string' ? [[id, folded(text)] as const] : [];
    });
    return said.length === 0 ? undefined : Object.fromEntries(said);
  }
}

/** As {@link fold} has it, which is costly. */
function folded(text: string): string {
  return /^[ -~]*$/.test(text) ? text.toLowerCase() : fold(text);
}

/** By code points of the folded name, then in the order in which they came. */
function byName(one: Entry, other: Entry): number {
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return Number(one.user.id) - Number(other.user.id);
}

/** The ids of the profile fields that a world searches. */
function searchedFields({ profileFields }: World): string[] {
  return profileFields.flatMap(({ id, searchable }) =>
    searchable === true && typeof id === 'string' ? [id] : [],
  );
}
