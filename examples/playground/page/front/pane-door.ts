import type { Door } from '../frame/door.js';
import type { Frame } from '../frame/frame.js';
import { type Person, personCalled, type Role } from '../frame/identities.js';

/** Who comes in by a pane. */
export interface Visitor {
  readonly name: string;
  readonly role: Role;
}

/** The door of a pane: a name that may be changed, and a button. */
export interface PaneDoor extends Door {
  /** Offers another name. */
  offer(visitor: Visitor): void;
  /** Whoever is offered. */
  person(): Person;
}

/** `enter` is called with whoever is let in, and `focus` once they are, by the door. */
export function paneDoor(
  frame: Frame,
  about: string,
  enter: (person: Person) => Promise<void>,
  focus: () => void,
): PaneDoor {
  const name = frame.part<HTMLInputElement>('name');
  let role: Role = 'member';
  const problem = (text: string | null) => {
    frame.part('login-problem').textContent = text ?? '';
    frame.part('login-problem').hidden = text === null;
  };
  const person = () => personCalled(name.value.trim(), role);
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
      role = visitor.role;
    },
    person,
    // Nobody's focus is taken to the pane that happens to be ready last.
    open() {
      problem(null);
      frame.showScreen('app');
    },
    close(why) {
      frame.showScreen('login');
      problem(why);
    },
    problem,
    get isShut() {
      return frame.screen === 'login';
    },
  };
}
