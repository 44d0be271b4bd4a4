import { colourOf } from '../../colours.js';
import { button, h, time } from '../frame/elements.js';
import { followEnd } from '../frame/follow-end.js';
import { tag } from '../frame/lists.js';
import { messageElement } from '../frame/message.js';
import type { Frame } from './frame.js';
import type { Item, Session } from './session.js';

/** What is said in the open group, and where one writes. Answers what shows it anew. */
export function conversation(frame: Frame, current: () => Session | null): () => void {
  const { log, toEnd, banner, composer, text, send } = frame;
  const end = followEnd(log, toEnd);
  const grow = () => {
    text.style.height = 'auto';
    // A long placeholder needs no room.
    if (text.value !== '') text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
  };
  const say = async () => {
    const { value } = text;
    if (value.trim() === '' || send.disabled) return;
    text.value = '';
    grow();
    const isSaid = await current()?.say(value);
    if (isSaid !== true && text.value === '') text.value = value;
    grow();
  };
  text.addEventListener('input', grow);
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void say();
  });
  composer.addEventListener('submit', (event) => {
    event.preventDefault();
    void say();
    text.focus();
  });
  const lost = h('span', {}, 'This tab has no keys of this group: nothing here can be read or said.');
  const apart = h(
    'span',
    {},
    'These keys are not those of the group any more: perhaps this account came in elsewhere.',
  );
  const back = button('Come back in', () => void current()?.comeBack(), 'small primary');
  const renew = button('Make new keys', () => void current()?.renew(), 'small primary');
  const goneWords = h('span', {});
  let shown: Session | null = null;
  let group = '';
  let last = 0;
  return () => {
    const session = current();
    if (session === null) return;
    if (shown !== session || group !== session.open) {
      shown = session;
      group = session.open;
      last = 0;
      log.replaceChildren();
    }
    const now = session.group;
    for (const item of session.items) {
      if (item.key <= last) continue;
      last = item.key;
      const isOwn = item.from === session.userId;
      log.append(element(session, item, isOwn));
      end.grown({ isOwn, isNews: item.kind === 'said' });
    }
    text.disabled = now?.hasKeys !== true;
    send.disabled = text.disabled;
    text.placeholder = now === undefined ? 'Message' : `Message ${now.name}`;
    const names = (now?.gone ?? []).map((id) => session.nameOf(id)).join(', ');
    if (now !== undefined && !now.hasKeys) show(lost, back);
    else if (now?.isApart) show(apart, back);
    else if (names !== '') {
      const words = `${names} left, and could still read what is said now, until the keys are new.`;
      if (goneWords.textContent !== words) goneWords.textContent = words;
      show(goneWords, renew);
    } else banner.hidden = true;
  };

  function show(...children: HTMLElement[]): void {
    banner.hidden = false;
    // The focus stays on a button that was there.
    if (children.some((child) => child.parentElement !== banner)) banner.replaceChildren(...children);
  }
}

function element(session: Session, { kind, from, text, at }: Item, isOwn: boolean): HTMLElement {
  if (kind === 'notice') return h('div', { class: 'notice' }, h('p', {}, text), time(at));
  const name = session.nameOf(from);
  if (kind === 'unreadable')
    return h('div', { class: 'notice error' }, h('p', {}, `${name} ${text}`), time(at));
  return messageElement({
    face: name,
    colour: colourOf(name),
    author: h('span', { class: 'author' }, name),
    at,
    text,
    kinds: isOwn ? ['own'] : [],
    tags: isOwn ? [tag('you')] : [],
  });
}
