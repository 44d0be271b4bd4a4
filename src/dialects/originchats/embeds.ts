import * as v from 'valibot';
import { describe } from './schema.js';

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const optional = <S extends v.GenericSchema>(schema: S) => v.nullish(schema);
const image = v.looseObject({ url: v.string(), width: optional(v.number()), height: optional(v.number()) });

const poll = v.looseObject({
  question: text(300),
  options: v.pipe(
    v.array(
      v.looseObject({
        id: v.pipe(v.string(), v.minLength(1), v.maxLength(50)),
        text: text(100),
        emoji: optional(v.string()),
      }),
    ),
    v.minLength(2),
    v.maxLength(10),
  ),
  allow_multiselect: optional(v.boolean()),
  expires_at: optional(v.number()),
});

/** An embed (section 4). What is not named here is let through: embeds are kept as they are sent. */
const embed = v.pipe(
  v.looseObject({
    type: optional(v.picklist(['rich', 'poll', 'link', 'image', 'video', 'article'])),
    title: optional(text(256)),
    description: optional(text(4_096)),
    url: optional(v.string()),
    color: optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffff))),
    timestamp: optional(v.string()),
    author: optional(
      v.looseObject({ name: text(256), url: optional(v.string()), icon_url: optional(v.string()) }),
    ),
    footer: optional(v.looseObject({ text: text(2_048), icon_url: optional(v.string()) })),
    image: optional(image),
    thumbnail: optional(image),
    fields: optional(
      v.pipe(
        v.array(v.looseObject({ name: text(256), value: text(1_024), inline: optional(v.boolean()) })),
        v.maxLength(25),
      ),
    ),
    poll: optional(poll),
  }),
  v.check(({ type, poll }) => type !== 'poll' || !!poll, 'poll embed needs poll'),
  v.check(({ type, url }) => type !== 'link' || !!url, 'link embed needs url'),
  v.check(({ type, image }) => type !== 'image' || !!image, 'image embed needs image'),
);

const mostText = 6_000;

/** What is wrong with a list of embeds, in words; nothing if it is right or there is none. */
export function embedError(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  if (!Array.isArray(given)) return 'Embeds must be an array';
  if (given.length > 10) return 'Cannot have more than 10 embeds';
  for (const [i, one] of given.entries()) {
    const { success, issues } = v.safeParse(embed, one);
    if (!success) return `Embed ${i}: ${describe(issues)}`;
    if (textLength(one) > mostText) return `Embed ${i}: total text exceeds ${mostText} characters`;
  }
  return undefined;
}

type Embed = v.InferOutput<typeof embed>;

/** The text that people read in it. */
function textLength({ title, description, author, footer, fields }: Embed): number {
  const parts = [title, description, author?.name, footer?.text];
  for (const field of fields ?? []) parts.push(field.name, field.value);
  return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}
