import { h } from './elements.js';

/** One line of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly act: () => void;
  readonly isDangerous?: boolean;
}

let close: (returnFocus: boolean) => void = () => {};

/** Opens a menu at a button: arrows move, Escape and Tab leave, focus goes back to the button. */
export function openMenu(trigger: HTMLElement, title: string, items: readonly MenuItem[]): void {
  close(false);
  const buttons = items.map(({ label, act, isDangerous }) =>
    h(
      'button',
      {
        class: isDangerous === true ? 'menu-item dangerous' : 'menu-item',
        type: 'button',
        attributes: { role: 'menuitem', tabindex: '-1' },
        on: {
          click: () => {
            close(true);
            act();
          },
        },
      },
      label,
    ),
  );
  const menu = h(
    'div',
    {
      class: 'menu',
      attributes: { role: 'menu', 'aria-label': title },
      on: { keydown: (event) => onKey(event as KeyboardEvent) },
    },
    ...buttons,
  );
  const onOutside = (event: Event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) close(false);
  };
  const onKey = (event: KeyboardEvent) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      buttons.at(to % buttons.length)?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.preventDefault();
      event.stopPropagation();
      close(true);
    }
  };
  close = (returnFocus) => {
    close = () => {};
    document.removeEventListener('pointerdown', onOutside, true);
    removeEventListener('resize', onResize);
    trigger.setAttribute('aria-expanded', 'false');
    menu.remove();
    if (returnFocus) trigger.focus();
  };
  const onResize = () => close(false);
  document.body.append(menu);
  trigger.setAttribute('aria-expanded', 'true');
  place(menu, trigger);
  document.addEventListener('pointerdown', onOutside, true);
  addEventListener('resize', onResize);
  buttons[0]?.focus();
}

function place(menu: HTMLElement, trigger: HTMLElement): void {
  const [at, size] = [trigger.getBoundingClientRect(), menu.getBoundingClientRect()];
  const left = Math.min(at.left, innerWidth - size.width - 8);
  const below = at.bottom + 4;
  const top = below + size.height > innerHeight - 8 ? Math.max(8, at.top - size.height - 4) : below;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${top}px`;
}
