import { h } from '../frame/elements.js';
import { type Account, accountOfTab, rememberAccount } from './accounts.js';
import { newId } from './frame.js';

/** Where one comes in. */
export interface Door {
  /** Shows a problem above the form, or none. */
  problem(text: string | null): void;
  /** Offers who this tab was last, or somebody new. */
  offer(): void;
  focus(): void;
}

/** Fills the door of the pane. `enter` answers why somebody was not let in, `null` if they were. */
export function door(
  place: HTMLElement,
  level: number,
  enter: (account: Account, registers: boolean) => Promise<string | null>,
): Door {
  const [title, why, lost] = [
    h('h2', { attributes: { 'aria-level': String(level) } }, 'Conclave'),
    h('p', { class: 'problem', attributes: { role: 'alert' } }),
    h('p', { class: 'conclave-lost' }),
  ];
  const name = h('input', {
    id: newId('name'),
    attributes: { name: 'username', autocomplete: 'username', maxlength: '64', spellcheck: 'false' },
  });
  const password = h('input', {
    id: newId('password'),
    type: 'password',
    attributes: { name: 'password', autocomplete: 'current-password' },
  });
  const hint = h(
    'small',
    { id: newId('hint') },
    'Made up for this tab, which remembers it until it is closed.',
  );
  password.setAttribute('aria-describedby', hint.id);
  const register = h('button', { class: 'button', type: 'submit' }, 'Register');
  const logIn = h('button', { class: 'button', type: 'submit' }, 'Log in');
  const progress = h('p', { class: 'small', attributes: { role: 'status' } });
  const actions = h('div', { class: 'conclave-enter' });
  const form = h(
    'form',
    { attributes: { novalidate: '' } },
    h('label', { class: 'field', attributes: { for: name.id } }, h('span', {}, 'Name'), name),
    h(
      'label',
      { class: 'field', attributes: { for: password.id } },
      h('span', {}, 'Password'),
      password,
      hint,
    ),
    actions,
    progress,
  );
  place.append(
    h(
      'div',
      { class: 'conclave-card' },
      title,
      h(
        'p',
        { class: 'lead' },
        'Groups that the server carries and cannot read: what is said is sealed and opened in this tab (MLS).',
      ),
      lost,
      why,
      form,
      h(
        'p',
        { class: 'small' },
        'Keys are in the memory of this tab only. Open a second tab to have somebody to talk to.',
      ),
    ),
  );
  const problem = (text: string | null) => {
    why.textContent = text ?? '';
    why.hidden = text === null;
  };
  const offer = () => {
    const account = accountOfTab();
    name.value = account.username;
    password.value = account.password;
    lost.hidden = !account.isKnown;
    lost.textContent = `You were here as ${account.username}. The keys went with the page that had them: log in to get new ones and to come back into your groups. What was said before cannot be read any more.`;
    // The first one is what Enter does.
    const order = account.isKnown ? [logIn, register] : [register, logIn];
    for (const [at, one] of order.entries()) one.classList.toggle('primary', at === 0);
    actions.replaceChildren(...order);
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const registers = (event.submitter ?? actions.firstElementChild) === register;
    const account = { username: name.value.trim(), password: password.value };
    if (account.username === '') {
      problem('Choose a name first.');
      return name.focus();
    }
    problem(null);
    progress.textContent = registers ? 'Making an account and keys …' : 'Logging in and making keys …';
    for (const one of [register, logIn]) one.disabled = true;
    const refused = await enter(account, registers);
    for (const one of [register, logIn]) one.disabled = false;
    progress.textContent = '';
    if (refused === null) return rememberAccount(account);
    problem(refused);
    name.focus();
  });
  problem(null);
  offer();
  return { problem, offer, focus: () => name.focus() };
}
