import type { Poll } from '../polls/polls.js';
import type { Message } from './messages.js';

type Embed = Readonly<Record<string, unknown>>;

/**
 * A message's embeds in words, for protocols that show text only: a poll's question and options, and of each other one its link, or what it is
 * headed by where it has none. What the text has in lines of its own already is left out: clients that show the words send them back with an edit.
 */
export function embedTexts({ text, embeds = [] }: Pick<Message, 'text' | 'embeds'>): string[] {
  return embeds
    .map((embed) => (embed.type === 'poll' ? pollText(embed) : linkText(embed)))
    .filter((words) => words !== '' && !`\n${text}\n`.includes(`\n${words}\n`));
}

function linkText({ image, url, title, description }: Embed): string {
  const found = [url, ((image ?? {}) as Embed).url, title, description].find(
    (one) => typeof one === 'string' && one !== '',
  );
  return (found ?? '') as string;
}

/** The question and a line for each option. */
function pollText({ poll }: Embed): string {
  const { question, options } = (poll ?? {}) as Partial<Record<keyof Poll, unknown>>;
  if (typeof question !== 'string' || !Array.isArray(options)) return '';
  return [question, ...options.map((option) => `- ${option?.text ?? ''}`)].join('\n');
}
