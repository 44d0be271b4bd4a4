import type { Frame } from './frame.js';
import { lastName, type Person, personCalled, type Role, usualRole } from './identities.js';

/** Where one comes in: a name, a role, and what went wrong. */
export interface Door {
  /** Lets the conversation be seen. */
  open(): void;
  /** Shows the form again, with the reason if there is one. */
  close(why: string | null): void;
  /** Shows or hides a problem above the form. */
  problem(text: string | null): void;
  /** Whether the form is shown. */
  readonly isShut: boolean;
}

/** Makes the form of a page work; `enter` is called with whoever wants to come in, and the button waits for it. */
export function door(frame: Frame, enter: (person: Person) => Promise<void>): Door {
  const form = frame.part<HTMLFormElement>('login-form');
  const name = frame.part<HTMLInputElement>('name');
  const roles = [...form.querySelectorAll<HTMLInputElement>('input[name=role]')];
  const offerRole = () => {
    const role: Role = usualRole(name.value.trim());
    for (const one of roles) one.checked = one.value === role;
  };
  const problem = (text: string | null) => {
    frame.part('login-problem').textContent = text ?? '';
    frame.part('login-problem').hidden = text === null;
    if (text !== null) name.focus();
  };
  frame.showScreen('login');
  name.value = lastName();
  offerRole();
  name.addEventListener('input', offerRole);
  name.focus();
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const typed = name.value.trim();
    if (typed === '') return problem('Choose a name first.');
    const role = roles.find((one) => one.checked)?.value === 'moderator' ? 'moderator' : 'member';
    problem(null);
    const button = frame.part<HTMLButtonElement>('enter');
    button.disabled = true;
    await enter(personCalled(typed, role)).finally(() => {
      button.disabled = false;
    });
  });
  return {
    open() {
      frame.showScreen('app');
      frame.part('text').focus();
    },
    close(why) {
      frame.showScreen('login');
      document.title = 'polylect playground';
      problem(why);
      name.focus();
    },
    problem,
    get isShut() {
      return frame.screen === 'login';
    },
  };
}
