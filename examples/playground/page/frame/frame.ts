import { ClientError } from 'polylect/client';
import { byId, h } from './elements.js';

/** What the page of a protocol says in its own words. */
export interface Words {
  /** Below the heading of the door. */
  readonly lead: string;
  /** What each role may do there. */
  readonly moderator: string;
  readonly member: string;
  /** What the protocol calls the places where people talk. */
  readonly rooms: string;
  /** What it calls that which goes over the wire. */
  readonly unit: string;
}

/** A protocol that the playground speaks. */
export interface Protocol {
  readonly path: string;
  readonly name: string;
  readonly isHere: boolean;
}

/** Puts the words of a protocol where the frame has room for them, and makes the views switch. */
export function fillFrame(
  { lead, moderator, member, rooms, unit }: Words,
  protocols: readonly Protocol[],
): void {
  byId('lead').textContent = lead;
  byId('moderator-may').textContent = moderator;
  byId('member-may').textContent = member;
  byId('rooms-title').textContent = rooms;
  byId('side-tab').textContent = rooms;
  byId('side').setAttribute('aria-label', `${rooms} and people`);
  byId('wire-note').textContent = `${unit} by ${unit}`;
  byId('protocols').replaceChildren(
    ...protocols.map(({ path, name, isHere }) =>
      h('a', { attributes: { href: path, ...(isHere ? { 'aria-current': 'page' } : {}) } }, name),
    ),
  );
  for (const tab of tabs()) tab.addEventListener('click', () => showView(tab.dataset.to ?? 'chat'));
  showView('chat');
}

function tabs(): readonly HTMLButtonElement[] {
  return [...document.querySelectorAll<HTMLButtonElement>('.tabs button')];
}

/** Where everything does not fit, shows one part. */
export function showView(view: string): void {
  document.body.dataset.view = view;
  for (const tab of tabs()) tab.setAttribute('aria-pressed', String(tab.dataset.to === view));
}

/** Names the place one is in. `mark`: what stands before rooms, and not before people. */
export function showTitle(name: string, mark = '#'): void {
  byId('title-mark').textContent = mark;
  byId('title-name').textContent = name;
  document.title = name === '' ? 'polylect playground' : `${mark}${name} · polylect`;
  byId<HTMLTextAreaElement>('text').placeholder = name === '' ? 'Message' : `Message ${mark}${name}`;
}

/** Shows something worth knowing below the conversation, until the next thing is done. */
export function showNote(text: string): void {
  showProblem(null);
  byId('left').textContent = text;
}

/** Shows a problem below the conversation until the next thing is done. */
export function showProblem(text: string | null): void {
  const left = byId('left');
  left.textContent = text ?? '';
  left.classList.toggle('problem-text', text !== null);
}

/** Does something with a client; a failure is shown. Answers whether it was done. */
export async function attempt(what: () => unknown): Promise<boolean> {
  showProblem(null);
  try {
    await what();
    return true;
  } catch (thrown) {
    if (!(thrown instanceof ClientError)) throw thrown;
    showProblem(
      thrown.code === 'not-connected'
        ? 'Not sent: there is no connection right now.'
        : `Not done: ${thrown.message}.`,
    );
    return false;
  }
}
