const said = new Set<string>();

/**
 * Tells whether a test can have the part it needs, and says so aloud when it cannot.
 *
 * Meant for `it.runIf(needs('chromium', existsSync(path), `${path} is missing`))(…)`, also with `describe`.
 *
 * @param part - what is needed, in one or two words.
 * @param available - whether it is there.
 * @param reason - why it is not there, printed once per part and reason.
 * @returns `available`.
 * @throws Error when the part is not there and `POLYLECT_REQUIRE_ALL` is set (other than to `0`): then nothing may be skipped.
 */
export function needs(part: string, available: boolean, reason: string): boolean {
  if (available) return true;
  const required = process.env.POLYLECT_REQUIRE_ALL ?? '';
  if (required !== '' && required !== '0') {
    throw new Error(`${part} is required (POLYLECT_REQUIRE_ALL is set): ${reason}`);
  }
  const line = `skipped, needs ${part}: ${reason}`;
  if (!said.has(line)) console.warn(line);
  said.add(line);
  return false;
}
