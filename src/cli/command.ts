import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ChatError } from '../core/errors.js';
import type { Storage } from '../core/ports.js';
import { type Report, remarkText } from '../import/originchats/report.js';
import { importOriginChats } from '../import/originchats/run.js';

const usage = `Usage: polylect import originchats <folder> --into <file> [--dry-run] [--report <file>]

Takes over the data folder of an OriginChats server (its "db") into a new SQLite file for polylect/storage/sqlite.
Neither the server nor a chat may be running on them. If it is interrupted, run it again: it goes on where it was.

  --into <file>    the SQLite file; made if it is not there
  --dry-run        reads everything, writes nothing, and says what would be done
  --report <file>  writes everything that was skipped or changed to a JSON file
  --help           shows this

Exit codes: 0 done, also when something was skipped; 1 failed; 2 wrong usage.`;

/** What a command line works with. */
export interface Surface {
  /** Results, a line or more at a time. */
  out(text: string): void;
  /** Progress and errors. */
  tell(text: string): void;
  openSqlite(file: string): Promise<Storage>;
}

/** How often progress is told, in ms. */
const tellEveryMs = 2_000;

/** Remarks that are shown besides their number; all of them are in the report. */
const shownRemarks = 20;

/** Runs one command line. Returns its exit code; never rejects. */
export async function runCommand(args: readonly string[], surface: Surface): Promise<0 | 1 | 2> {
  const wrong = (why: string) => {
    surface.tell(`polylect: ${why}\n\n${usage}`);
    return 2 as const;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (thrown) {
    return wrong((thrown as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    surface.out(usage);
    return 0;
  }
  const [verb, source, folder, ...rest] = positionals;
  if (verb !== 'import' || source !== 'originchats')
    return wrong(
      verb === undefined ? 'a command is missing' : `there is no command ${positionals.join(' ')}`,
    );
  if (folder === undefined) return wrong('the data folder is missing');
  if (rest.length > 0) return wrong(`one folder at a time; what is ${rest.join(' ')}?`);
  const into = values.into;
  if (into === undefined && !values['dry-run']) return wrong('--into is missing');
  try {
    await runImport(folder, values['dry-run'] ? undefined : into, values.report, surface);
    return 0;
  } catch (thrown) {
    const cause = thrown instanceof ChatError ? `${thrown.message} (${thrown.code})` : String(thrown);
    surface.tell(`polylect: ${cause}`);
    return 1;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      into: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      report: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

async function runImport(
  folder: string,
  into: string | undefined,
  reportFile: string | undefined,
  surface: Surface,
): Promise<void> {
  const began = Date.now();
  let told = began;
  const report = await importOriginChats({
    folder,
    now: began,
    ...(into === undefined ? {} : { storage: await surface.openSqlite(into) }),
    progress: ({ messages, bytes, of }) => {
      const now = Date.now();
      if (now - told < tellEveryMs) return;
      told = now;
      const percent = Math.min(99, Math.floor((100 * bytes) / of));
      surface.tell(`${number(messages)} messages, about ${percent} %`);
    },
  });
  const seconds = (Date.now() - began) / 1_000;
  surface.out(summary(report, into, seconds));
  if (reportFile === undefined) return;
  const { counts, reasons, skipped, changed, unlisted } = report;
  const facts = { folder, into: into ?? null, seconds, counts, reasons, skipped, changed, unlisted };
  writeFileSync(reportFile, `${JSON.stringify(facts, null, 2)}\n`);
}

function summary(report: Report, into: string | undefined, seconds: number): string {
  const counts = Object.entries(report.counts).map(([kind, count]) => `  ${number(count)} ${kind}`);
  const head = into === undefined ? 'Would be taken over' : `Taken over into ${into}`;
  const reasons = Object.entries(report.reasons).map(([why, times]) => `  ${number(times)} × ${why}`);
  const remarks = [...report.skipped, ...report.changed];
  const listed = remarks.slice(0, shownRemarks).map((one) => `  ${remarkText(one)}`);
  const more = remarks.length - listed.length + report.unlisted;
  return [
    `${head} in ${seconds.toFixed(1)} s:`,
    ...counts,
    ...(reasons.length === 0
      ? ['Nothing was skipped.']
      : ['Skipped or changed:', ...reasons, 'Namely:', ...listed]),
    ...(more > 0 ? [`  and ${number(more)} more: --report lists them`] : []),
  ].join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
