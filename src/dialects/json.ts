/**
 * What a JSON text says. `undefined`: it is not JSON, or has arrays and objects nested deeper than `maxDepth`, which may be left out where
 * {@link deeperThan} was asked before.
 */
export function parseJson(text: string, maxDepth?: number): unknown {
  if (maxDepth !== undefined && deeperThan(text, maxDepth)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether arrays and objects are nested deeper. Looks at brackets outside strings only, so that what follows is bounded before anything is built. */
export function deeperThan(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > most) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}
