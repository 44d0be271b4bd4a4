import { bannedFrom } from '../../../domain/moderation/bans.js';
import { isVisible } from '../../../domain/status/status.js';
import type { User } from '../../../domain/users/users.js';
import { uuidOf } from '../../uuid.js';
import type { Ask } from '../ask.js';
import { dialectName } from '../dialect-name.js';
import { idsIn, listIn, wasSomebody } from '../named-people.js';
import { othersTurn } from '../others-turn.js';
import { refuse } from '../refusal.js';
import { goneShape, userShape } from '../shapes.js';
import type { CommandRow } from './command.js';

/** People put into a list in one go; in between, others have their turn. */
const peoplePerGo = 1_000;

const fetch: CommandRow = {
  action: 'user.fetch',
  section: '5',
  permission: 'world:view',
  fields: { id: 'uuid', ids: 'uuids', pretalx_ids: 'any' },
  run(ask) {
    const { id, ids, pretalx_ids: outside } = ask.payload;
    if (ids !== undefined) return ask.reply(peopleOf(ask, ids));
    // Nobody here has an id of that system.
    if (outside !== undefined) return Array.isArray(outside) ? ask.reply({}) : ask.invalid();
    if (id === undefined) return ask.invalid();
    const found = Object.values(peopleOf(ask, [id]));
    return found.length === 0 ? refuse('user.not_found') : ask.reply(found[0]);
  },
};

/** Those of these ids who are or were somebody, or speak without an account, by id. */
function peopleOf(ask: Ask, given: unknown): Record<string, object> {
  const look = ask.look();
  const asked = idsIn(ask, given).map(([, user]) => user);
  const newest = ask.turn.nextId();
  const voices = listIn(ask, given).flatMap((id) => ask.tools.voices.find(id) ?? []);
  return ask.read((view) =>
    Object.fromEntries([
      ...voices.map((shape) => [shape.id, shape] as const),
      ...asked.flatMap((id) => {
        const user = wasSomebody(view, id, newest);
        if (user === undefined) return [];
        const shape = user === 'gone' ? goneShape(id, look.manages) : userShape(view, user, look);
        return [[uuidOf('user', id), shape] as const];
      }),
    ]),
  );
}

const list: CommandRow = {
  action: 'user.list',
  section: '5',
  permission: 'world:users.list',
  fields: { type: 'text', include_banned: 'flag' },
  run(ask) {
    const { type = 'person' } = ask.payload;
    const banned = ask.flag('include_banned') ?? true;
    if (typeof type !== 'string') return ask.invalid();
    if (type !== 'person') return ask.reply({ results: [] });
    const look = ask.look();
    // Without a payload everybody is listed, whoever asks (section 5).
    const leavesOut = Object.keys(ask.payload).length > 0 && !(banned && look.manages);
    return ask.replyLater(async () => {
      const results: object[] = [];
      const everybody = await ask.tools.directory.all();
      const out = leavesOut ? bannedNow(ask) : nobody;
      for (let from = 0; from < everybody.length; from += peoplePerGo) {
        if (from > 0) await othersTurn(ask.tools.host);
        ask.read((view) => {
          for (const user of everybody.slice(from, from + peoplePerGo))
            if (!out.has(user.id)) results.push(userShape(view, user, look));
        });
      }
      return { results };
    });
  },
};

const nobody: ReadonlySet<string> = new Set();

function bannedNow(ask: Ask): ReadonlySet<string> {
  return ask.read((view) => bannedFrom(view, dialectName, ask.turn.now));
}

const search: CommandRow = {
  action: 'user.list.search',
  section: '5',
  fields: { search_term: 'text', page: 'any', badge: 'text', include_banned: 'flag' },
  run(ask) {
    const { search_term: given, page } = ask.payload;
    const badge = ask.payload.badge ?? '';
    const banned = ask.flag('include_banned') ?? true;
    if (typeof given !== 'string' || page === undefined || typeof badge !== 'string') return ask.invalid();
    const { host, settings, directory } = ask.tools;
    const term = given.trim();
    const none = { results: [], isLastPage: true };
    if (badge === '' && [...term].length < settings.searchMinChars) return ask.reply(none);
    if (typeof page !== 'number' || !Number.isSafeInteger(page) || page < 1) return ask.reply(none);
    const look = ask.look();
    const out = banned && look.manages ? nobody : bannedNow(ask);
    const worn = new Set(Object.keys(settings.badges).filter((trait) => settings.badges[trait] === badge));
    const fits = ({ id, traits = host.config.defaults.traits }: User) =>
      !out.has(id) && (badge === '' || traits.some((trait) => worn.has(trait)));
    return ask.replyLater(async () => {
      const { found, last } = await directory.page(ask.world, { term, fits }, page, settings.searchPageSize);
      const results = ask.read((view) =>
        found.map((user) => {
          // The real server leaves out whether they have left, who have not (section 4).
          const { deleted: _, ...shape } = userShape(view, user, look) as { deleted: boolean };
          return shape;
        }),
      );
      return { results, isLastPage: last };
    });
  },
};

const onlineStatus: CommandRow = {
  action: 'user.online_status',
  section: '5',
  permission: 'world:view',
  fields: { ids: 'uuids' },
  run(ask) {
    const asked = idsIn(ask, ask.payload.ids);
    return ask.reply(
      ask.read((view) =>
        Object.fromEntries(asked.map(([uuid, user]) => [uuid, isVisible(view, user)] as const)),
      ),
    );
  },
};

export const peopleCommands: readonly CommandRow[] = [fetch, list, search, onlineStatus];
