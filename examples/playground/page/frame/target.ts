import { h } from './elements.js';
import type { Frame } from './frame.js';

/** Whom or what the next words are for, above the field. */
export interface Target {
  show(about: string, name: string): void;
  hide(): void;
}

/** Makes that line. `stop`: what its button is called, which calls `dropped`. */
export function target(frame: Frame, stop: string, dropped: () => void): Target {
  const about = h('span');
  const drop = h(
    'button',
    { class: 'icon-button', type: 'button', attributes: { 'aria-label': stop }, on: { click: dropped } },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '×'),
  );
  const line = h('p', { class: 'target' }, about, drop);
  line.hidden = true;
  frame.part('composer').prepend(line);
  return {
    show(text, name) {
      about.replaceChildren(text, h('strong', {}, name));
      line.hidden = false;
    },
    hide() {
      line.hidden = true;
    },
  };
}
