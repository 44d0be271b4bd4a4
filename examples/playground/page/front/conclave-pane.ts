import { mountConclave } from '../conclave/mount.js';
import { taken } from '../conclave/sentences.js';
import { byId } from '../frame/elements.js';
import { Frame } from '../frame/frame.js';
import type { Person } from '../frame/identities.js';
import type { Spoken } from '../protocols.js';
import { accountOf, keepAccount } from './accounts.js';
import { callHost } from './host-calls.js';
import type { Links } from './links.js';
import { type Pane, paneSection } from './pane.js';
import { paneDoor } from './pane-door.js';

/** The pane of the one protocol whose people are among themselves: the server carries what they say, and cannot read it. `changed`: as in `textPane`. `isOnePerson`: whether who comes in here is the same as in the other panes. */
export function conclavePane(
  spoken: Omit<Spoken, 'make'>,
  links: Links,
  changed: () => void,
  isOnePerson: () => boolean,
): Pane {
  const { key, name, about } = spoken;
  const { section, showPerson, putTabs } = paneSection(spoken);
  // Its client has elements of its own; of the frame it takes the door.
  const frame = new Frame('pane', `${key}-`);
  frame.part('app').replaceChildren();
  section.append(frame.root);
  const showScreen = (screen: 'login' | 'app') => {
    frame.showScreen(screen);
    frame.root.hidden = screen === 'app';
    mounted.root.hidden = screen === 'login';
    mounted.tabs.hidden = screen === 'login';
  };
  const mounted = mountConclave(section, {
    level: 3,
    isQuiet: true,
    packetShown: (row, entry) => links.packet(key, row, entry),
    changed(username, why = '') {
      showPerson(username);
      if (username === null) door.close(why === '' ? null : why);
      showScreen(username === null ? 'login' : 'app');
      changed();
    },
  });
  mounted.root.setAttribute('role', 'group');
  putTabs(mounted.tabs);
  const enter = async ({ name, secret }: Person) => {
    // Accounts outlive the browser that made them up; the name may be somebody's from before.
    const known = accountOf(name);
    let username = known ?? name;
    let refused = await mounted.enter({ username, password: secret }, known === undefined);
    for (let count = 2; refused === taken && count < 10; count += 1) {
      username = `${name}${count}`;
      refused = await mounted.enter({ username, password: secret }, true);
    }
    if (refused !== null) return door.problem(refused);
    keepAccount(name, username);
    const { session } = mounted;
    if (session === null) return;
    if (isOnePerson()) await link(session.userId, secret);
    // Somebody with nobody to talk to has at least a place to talk.
    if (session.groups.length === 0) await session.create(`${username}_sealed`);
    else if (session.group?.hasKeys === false) await session.comeBack();
  };
  const door = paneDoor(frame, about, enter, mounted.focus, { hasRoles: false });
  showScreen('login');
  return {
    key,
    name,
    root: section,
    get isIn() {
      return mounted.session !== null;
    },
    offer: door.offer,
    enter: () => enter(door.person()),
    leave: () => void mounted.session?.logOut(),
    focus: mounted.focus,
  };
}

/** Has the host say that an account of Conclave and who comes by the other protocols are the same person. */
async function link(account: string, secret: string): Promise<void> {
  const { isDone, text } = await callHost('link', { account, secret });
  const done = byId('done');
  done.classList.toggle('problem-text', !isDone);
  done.textContent = text;
}
