import type { Door } from '../frame/door.js';
import type { Frame } from '../frame/frame.js';
import { type Person, personCalled, type Role } from '../frame/identities.js';

/** Who comes in by a pane. */
export interface Visitor {
  readonly name: string;
  readonly role: Role;
}

/** The door of a pane: a name and a role that may be changed, and a button. */
export interface PaneDoor extends Door {
  /** Offers another name. */
  offer(visitor: Visitor): void;
  /** Whoever is offered. */
  person(): Person;
}

/** `enter` is called with whoever is let in, and `focus` once they are, by the door. `hasRoles`: whether there are moderators and members. */
export function paneDoor(
  frame: Frame,
  about: string,
  enter: (person: Person) => Promise<void>,
  focus: () => void,
  { hasRoles = true }: { readonly hasRoles?: boolean } = {},
): PaneDoor {
  const name = frame.part<HTMLInputElement>('name');
  const roles = [...frame.part('roles').querySelectorAll<HTMLInputElement>('input')];
  frame.part('roles').hidden = !hasRoles;
  const problem = (text: string | null) => {
    frame.part('login-problem').textContent = text ?? '';
    frame.part('login-problem').hidden = text === null;
  };
  const role = (): Role => (roles.find((one) => one.checked)?.value === 'moderator' ? 'moderator' : 'member');
  const person = () => personCalled(name.value.trim(), role());
  frame.part('about').textContent = about;
  frame.showScreen('login');
  frame.part('login-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (name.value.trim() === '') return problem('Choose a name first.');
    problem(null);
    await enter(person());
    if (frame.screen === 'app') focus();
  });
  return {
    offer(visitor) {
      name.value = visitor.name;
      for (const one of roles) one.checked = one.value === visitor.role;
    },
    person,
    // Nobody's focus is taken to the pane that happens to be ready last.
    open() {
      problem(null);
      frame.showScreen('app');
    },
    close(why) {
      // Whoever was at work in here goes on here.
      const hadFocus = frame.root.contains(document.activeElement);
      frame.showScreen('login');
      frame.showView('chat');
      problem(why);
      if (hadFocus) name.focus();
    },
    problem,
    get isShut() {
      return frame.screen === 'login';
    },
  };
}
