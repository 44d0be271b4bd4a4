import type { View } from '../../../core/table.js';
import type { Actor } from '../../../domain/events.js';
import {
  type ModlogCategory,
  type ModlogEntry,
  type ModlogFilter,
  modlogCategories,
  modlogQuery,
} from '../../../domain/modlog/modlog.js';
import { modlogSummary } from '../../../domain/modlog/summary.js';
import { users } from '../../../domain/users/users.js';
import type { Ask } from '../ask.js';
import { textOf, userNamed } from '../context.js';
import { refuse } from '../refusal.js';
import { seconds } from '../shapes.js';
import type { CommandRow } from './command.js';

/** Ids of users as they travel; of who is gone, the one they had inside. */
function idOf(view: View, user: Actor): string {
  return view.get(users, user as never)?.identity ?? user;
}

/** Whether an entry is about somebody private, or who was until they left for good. */
function isHidden(view: View, entry: ModlogEntry): boolean {
  const record = entry.target === undefined ? undefined : view.get(users, entry.target);
  return (record ?? entry).private === true;
}

/** Of who is private neither name nor id is told, nor what was set, which may be their name. */
function entryShape(view: View, entry: ModlogEntry): object {
  const { action, category, actor, actorName, at } = entry;
  const about: Partial<ModlogEntry> = isHidden(view, entry) ? { details: {} } : entry;
  const actorId = idOf(view, actor);
  return {
    id: `${at}-${actorId}`,
    action,
    category,
    actor_id: actorId,
    actor_name: actorName ?? actor,
    target_id: about.target === undefined ? null : idOf(view, about.target),
    target_name: about.targetName ?? null,
    details: about.details,
    timestamp: seconds(at),
  };
}

/** Which entries a request wants; `undefined`: such as there are none of. */
function filterOf(ask: Ask): ModlogFilter | undefined {
  const { request } = ask;
  const { after } = request;
  if (after !== undefined && after !== null && !(typeof after === 'number' && after >= 0))
    refuse('After must be a valid Unix timestamp');
  const category = textOf(request.category);
  const action = textOf(request.action);
  if (category !== undefined && !(modlogCategories as readonly string[]).includes(category)) return undefined;
  const named = (given: unknown) => {
    const name = textOf(given);
    if (name === undefined) return {};
    // Whoever is gone is known by the id they had inside.
    return {
      user: ask.read((view) => userNamed(view, name))?.id ?? (name as Exclude<Actor, 'host' | 'chat'>),
    };
  };
  const actor = named(request.actor).user;
  const target = named(request.target).user;
  if (target !== undefined && ask.read((view) => view.get(users, target)?.private)) return undefined;
  return {
    ...(category === undefined ? {} : { category: category as ModlogCategory }),
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(target === undefined ? {} : { target }),
    ...(typeof after === 'number' ? { after: Math.min(after * 1000, Number.MAX_SAFE_INTEGER) } : {}),
  };
}

function wholeFrom(value: unknown, otherwise: number): number | undefined {
  if (value === undefined || value === null) return otherwise;
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

const modlogGet: CommandRow = {
  cmd: 'modlog_get',
  section: '6.6',
  run(ask) {
    ask.needs('view_audit_log', 'manage_users');
    const limit = wholeFrom(ask.request.limit, 100);
    if (limit === undefined || limit < 1 || limit > 200) refuse('Limit must be between 1 and 200');
    const offset = wholeFrom(ask.request.offset, 0);
    if (offset === undefined || offset < 0) refuse('Offset must be a non-negative integer');
    const filter = filterOf(ask);
    if (filter === undefined) return ask.reply({ entries: [], total: 0, offset, limit });
    const { archive, read } = ask.tools.host;
    ask.replyLater(async () => {
      const query = modlogQuery(filter);
      const rows = await archive.query({ ...query, skip: offset, limit });
      const total = await archive.count(query);
      const entries = read((view) => rows.map(({ row }) => entryShape(view, row as ModlogEntry)));
      return { entries: entries.reverse(), total, offset, limit };
    });
  },
};

const summary: CommandRow = {
  cmd: 'modlog_summary',
  section: '6.6',
  run(ask) {
    ask.needs('view_audit_log', 'manage_users');
    const { archive } = ask.tools.host;
    ask.replyLater(async () => {
      const actions: [string, number][] = [];
      const totals: Record<string, number> = {};
      let total = 0;
      for (const { category, action, count } of await modlogSummary(archive)) {
        actions.push([`${category}.${action}`, count]);
        totals[category] = (totals[category] ?? 0) + count;
        total += count;
      }
      return { action_counts: Object.fromEntries(actions), category_totals: totals, total };
    });
  },
};

export const modlogCommands: readonly CommandRow[] = [modlogGet, summary];
