/** The host's buttons: `POST /host/<action>`, with the key that this start of the playground has given out. */

let key: Promise<string> | undefined;

async function askForKey(): Promise<string> {
  const answer = await fetch('/host');
  const { key: given } = (await answer.json()) as { key: string };
  return given;
}

/** Has the host do something. Answers what was done, or what is wrong, in words. */
export async function callHost(
  action: string,
  words: Readonly<Record<string, string>>,
): Promise<{ readonly isDone: boolean; readonly text: string }> {
  try {
    const answer = await post(action, words);
    const { done, problem = '' } = (await answer.json()) as { done?: string; problem?: string };
    return { isDone: done !== undefined, text: done ?? problem };
  } catch {
    return { isDone: false, text: 'The host cannot be reached.' };
  }
}

async function post(action: string, words: Readonly<Record<string, string>>): Promise<Response> {
  key ??= askForKey();
  const send = async () =>
    fetch(`/host/${action}`, {
      method: 'POST',
      headers: { 'x-host-key': (await key) ?? '' },
      body: new URLSearchParams(words),
    });
  const answer = await send();
  if (answer.status !== 401) return answer;
  // It was started anew.
  key = askForKey();
  return send();
}
