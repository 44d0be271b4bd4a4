import type { Connection } from './connection.js';

/** Whether connections of a kind are meant; see {@link Connection.kind}. */
export type KindFilter = (kind: string | undefined) => boolean;

/** Asks a filter once for each kind. */
export function askedOnce(accepts: KindFilter): KindFilter {
  const known = new Map<string | undefined, boolean>();
  return (kind) => {
    let accepted = known.get(kind);
    if (accepted === undefined) {
      accepted = accepts(kind);
      known.set(kind, accepted);
    }
    return accepted;
  };
}

/** Those who are accepted. `kinds`: all that there are among them, so that nobody is looked at where the answer is the same for all. */
export function ofKinds(
  all: readonly Connection[],
  kinds: Iterable<string | undefined>,
  accepts: KindFilter,
): readonly Connection[] {
  let some = false;
  let others = false;
  for (const kind of kinds) {
    if (accepts(kind)) some = true;
    else others = true;
    if (some && others) return all.filter((one) => accepts(one.kind));
  }
  return others ? nobody : all;
}

const nobody: readonly Connection[] = [];
