/** Does something to everybody in a list, evenly spread over a time. */
export async function spread<T>(
  everybody: readonly T[],
  overMs: number,
  act: (one: T) => void,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const stepMs = 10;
  const perStep = Math.max(1, Math.ceil((everybody.length * stepMs) / Math.max(stepMs, overMs)));
  for (let i = 0; i < everybody.length; i += perStep) {
    for (const one of everybody.slice(i, i + perStep)) act(one);
    if (overMs > 0) await pause(stepMs);
  }
}
