import { channels } from './channels.js';
import { groups } from './groups.js';
import { moderation } from './moderation.js';
import { people } from './people.js';
import { type Case, Sample } from './sample.js';
import { type Protocol, protocols } from './shown.js';
import { talk } from './talk.js';
import { things, threads, voice } from './things.js';

/** Makes a table of Markdown. */
type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

const titles: Readonly<Record<Protocol, string>> = {
  sockchat: 'Sock Chat',
  originchats: 'OriginChats',
  venueless: 'Venueless',
  conclave: 'Conclave',
};

/** Everything that is told of at least once. */
async function happened(): Promise<readonly Case[]> {
  const sample = await Sample.open();
  try {
    for (const part of [people, talk, channels, moderation, things, threads, voice, groups])
      await part(sample);
  } finally {
    await sample.close();
  }
  const missing = sample.events.filter((event) => !sample.cases.some((one) => one.event === event));
  if (missing.length > 0)
    throw new Error(`the sample in scripts/docs/dialects never causes ${missing.join(', ')}`);
  return sample.cases;
}

/**
 * What each protocol shows of each event, asked of its render table: `matrix`, a table for each subject, and `silent`, why a protocol never shows
 * some of them.
 */
export async function dialectMatrix(
  table: Table,
): Promise<{ readonly matrix: string; readonly silent: string }> {
  const cases = await happened();
  const reasons = new Map(protocols.map((name) => [name, reasonsOf(cases, name)]));
  const cell = (one: Case, name: Protocol) => {
    const answer = one.answers[name];
    return 'shown' in answer
      ? answer.shown
      : `– ${markOf(name, reasons.get(name) ?? new Map(), answer.silent)}`;
  };
  const matrix = [...new Set(cases.map(({ subject }) => subject))].map((subject) => {
    const rows = eventsInTurn(cases.filter((one) => one.subject === subject)).map((one) => [
      one.when === undefined ? `\`${one.event}\`` : `\`${one.event}\`: ${one.when}`,
      ...protocols.map((name) => cell(one, name)),
    ]);
    return `### ${subject}\n\n${table(['event', ...Object.values(titles)], rows)}`;
  });
  const silent = protocols.map((name) => {
    const rows = [...(reasons.get(name) ?? [])].map(([reason, events]) => [
      markOf(name, reasons.get(name) ?? new Map(), reason),
      reason,
      [...events].map((event) => `\`${event}\``).join(', '),
    ]);
    return `### ${titles[name]}\n\n${table(['', 'why', 'events'], rows)}`;
  });
  return { matrix: matrix.join('\n\n'), silent: silent.join('\n\n') };
}

/** The cases of one event next to each other, events in the order of their first. */
function eventsInTurn(cases: readonly Case[]): Case[] {
  const events = [...new Set(cases.map(({ event }) => event))];
  return events.flatMap((event) => cases.filter((one) => one.event === event));
}

/** Why a protocol never shows something, and what. */
function reasonsOf(cases: readonly Case[], name: Protocol): Map<string, Set<string>> {
  const reasons = new Map<string, Set<string>>();
  for (const { event, answers } of cases) {
    const answer = answers[name];
    if ('shown' in answer) continue;
    const events = reasons.get(answer.silent) ?? new Set();
    reasons.set(answer.silent, events.add(event));
  }
  return reasons;
}

/** A reason by its number: `S3`. */
function markOf(name: Protocol, reasons: ReadonlyMap<string, unknown>, reason: string): string {
  return `${titles[name].charAt(0)}${[...reasons.keys()].indexOf(reason) + 1}`;
}
