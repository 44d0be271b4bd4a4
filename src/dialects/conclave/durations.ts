/** Seconds of each unit; a month has 30 days (section 12). */
const units: Readonly<Record<string, number>> = {
  s: 1,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  m: 2_592_000,
  y: 31_536_000,
};

/** A duration such as `90d` in seconds; `-1` and `0` are themselves. `undefined` for anything else (section 12). */
export function secondsOf(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  if (trimmed === '-1' || trimmed === '0') return Number(trimmed);
  const [, count, unit = ''] = /^([0-9]{1,15})([shdwmy])$/.exec(trimmed) ?? [];
  const seconds = Number(count) * (units[unit] ?? 0);
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
}
