import type { Message } from './messages.js';

/** A message's embeds in words, for protocols that show text only: of each its link, or what it is headed by where it has none. Polls have words of their own. */
export function embedTexts({ embeds = [] }: Pick<Message, 'embeds'>): string[] {
  return embeds.flatMap((embed) => {
    if (embed.type === 'poll') return [];
    const { url } = (embed.image ?? {}) as Readonly<Record<string, unknown>>;
    const found = [embed.url, url, embed.title, embed.description].find(
      (one): one is string => typeof one === 'string' && one !== '',
    );
    return found ?? [];
  });
}
