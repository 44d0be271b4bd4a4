import { choose } from './dialog.js';
import { avatar, h, time } from './elements.js';

const emoji = [
  ['👍', 'thumbs up'],
  ['❤️', 'heart'],
  ['🎉', 'party'],
  ['😄', 'laughing'],
  ['🤔', 'thinking'],
  ['👀', 'eyes'],
] as const;

/** A message as every protocol has it. */
export interface Shown {
  /** Whose letter and colour it has. */
  readonly face: string;
  readonly colour: string | null;
  /** The name, or what opens a menu about them. */
  readonly author: HTMLElement;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly text: string;
  readonly kinds?: readonly string[];
  readonly tags?: readonly (HTMLElement | null)[];
  readonly reactions?: readonly HTMLElement[];
  readonly tools?: readonly HTMLElement[];
}

export function messageElement({
  face,
  colour,
  author,
  at,
  text,
  kinds = [],
  tags = [],
  reactions = [],
  tools = [],
}: Shown): HTMLElement {
  return h(
    'article',
    { class: ['message', ...kinds].join(' ') },
    avatar(face, colour),
    h(
      'div',
      { class: 'body' },
      h('p', { class: 'head' }, author, ...tags, time(at)),
      h('p', { class: 'words' }, text),
      reactions.length === 0 ? null : h('p', { class: 'reactions' }, ...reactions),
    ),
    tools.length === 0 ? null : h('div', { class: 'tools' }, ...tools),
  );
}

/** Something that can be done with a message. */
export function tool(sign: string, title: string, about: string, act: () => void): HTMLButtonElement {
  const element = h(
    'button',
    {
      class: 'icon-button tool',
      type: 'button',
      title,
      attributes: { 'aria-label': about },
      on: { click: act },
    },
    h('span', { attributes: { 'aria-hidden': 'true' } }, sign),
  );
  element.dataset.keep = title;
  return element;
}

/** One reaction to a message, with who has it. */
export function reactionButton(
  mark: string,
  names: readonly string[],
  isOwn: boolean,
  toggle: () => void,
): HTMLButtonElement {
  const element = h(
    'button',
    {
      class: 'reaction',
      type: 'button',
      title: names.join(', '),
      attributes: {
        'aria-pressed': String(isOwn),
        'aria-label': `${mark}, ${names.length}: ${names.join(', ')}`,
      },
      on: { click: toggle },
    },
    mark,
    h('span', {}, String(names.length)),
  );
  element.dataset.keep = `reaction ${mark}`;
  return element;
}

/** Asks for a reaction; null if it was left. */
export function chooseReaction(): Promise<string | null> {
  return choose(
    'React',
    emoji.map(([value, about]) => ({ value, label: value, about })),
  );
}

/** The beginning of a text, for labels. */
export function beginning(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
