/** Runs a handler. What it throws, at once or later, is given to `thrown`, which throws on what it does not know. */
export function guarded(
  run: () => void | Promise<void>,
  thrown: (error: unknown) => void,
): void | Promise<void> {
  try {
    const running = run();
    return running instanceof Promise ? running.catch(thrown) : running;
  } catch (error) {
    thrown(error);
  }
}
