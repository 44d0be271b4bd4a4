/** Something that was not taken over, or not as it was. */
export interface Remark {
  /** Path below the folder. */
  readonly file: string;
  /** Line of a file of messages, or place in its array, from 1. */
  readonly line?: number;
  /** What, where the line does not say it: a name or an id. */
  readonly what?: string;
  /** One of few texts. */
  readonly why: string;
  /** What it has become, where that is not said by `why`. */
  readonly now?: string;
}

/** Remarks that are listed one by one; beyond it they are only counted. */
export const maxRemarks = 10_000;

/** What an import did. */
export class Report {
  /** How many of each kind of thing were taken over. */
  readonly counts: Record<string, number> = {};
  /** What is missing in the chat. */
  readonly skipped: Remark[] = [];
  /** What is there, but not as it was. */
  readonly changed: Remark[] = [];
  /** How often each reason occurred, those that are not listed included. */
  readonly reasons: Record<string, number> = {};

  count(kind: string, by = 1): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + by;
  }

  skip(remark: Remark): void {
    this.#note(this.skipped, remark);
  }

  change(remark: Remark): void {
    this.#note(this.changed, remark);
  }

  /** Remarks that were counted and not listed. */
  get unlisted(): number {
    const all = Object.values(this.reasons).reduce((sum, one) => sum + one, 0);
    return all - this.skipped.length - this.changed.length;
  }

  #note(list: Remark[], remark: Remark): void {
    this.reasons[remark.why] = (this.reasons[remark.why] ?? 0) + 1;
    if (list.length < maxRemarks) list.push(remark);
  }
}

export function remarkText({ file, line, what, why, now }: Remark): string {
  const place = line === undefined ? file : `${file}, line ${line}`;
  const about = what === undefined ? place : `${place}: ${JSON.stringify(what)}`;
  return now === undefined ? `${about}: ${why}` : `${about}: ${why}, now ${JSON.stringify(now)}`;
}
