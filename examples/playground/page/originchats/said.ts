import type { MessageShape } from 'polylect/client';

/** What of an embed can be read; embeds are whatever their senders put in. */
interface Embed {
  readonly title?: unknown;
  readonly description?: unknown;
  readonly poll?: { readonly options?: unknown };
}

/** A message as text: its words, then its polls and other embeds, then the names of its files. */
export function said({ content, embeds = [], attachments = [] }: MessageShape): string {
  const lines = [
    content,
    ...embeds.flatMap((embed) => linesOf((embed ?? {}) as Embed)),
    ...attachments.map(({ name }) => `📎 ${name}`),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function linesOf({ title, description, poll }: Embed): string[] {
  const options = Array.isArray(poll?.options) ? poll.options : [];
  const texts = options.map((option: { text?: unknown } | null) => `- ${String(option?.text ?? '')}`);
  return [title, description].filter((line) => typeof line === 'string').concat(texts);
}
