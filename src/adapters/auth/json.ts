/** Deepest nesting of a profile: what nests deeper cannot be relied on to be written as JSON again. */
const deepest = 32;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

/** Whether it can be somebody's profile. */
export function isProfile(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && isShallow(value, deepest);
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((one) => isShallow(one, levels - 1));
}
