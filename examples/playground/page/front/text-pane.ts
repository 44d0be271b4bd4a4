import { mount } from '../frame/mount.js';
import type { Spoken } from '../protocols.js';
import type { Links } from './links.js';
import { type Pane, paneSection } from './pane.js';
import { type PaneDoor, paneDoor } from './pane-door.js';

/** A pane with a client of a protocol whose people share their rooms. `changed`: somebody is in now, or nobody. */
export function textPane(spoken: Spoken, links: Links, changed: () => void): Pane {
  const { key, name, about, make } = spoken;
  const { section, showPerson, putTabs } = paneSection(spoken);
  let door: PaneDoor | undefined;
  let [isIn, called] = [false, ''];
  // By the name that the server gave: another may have had the one from the door.
  const showName = () => showPerson(isIn && called !== '' ? called : null);
  const mounted = mount(section, make, {
    layout: 'pane',
    prefix: `${key}-`,
    door(frame, enter) {
      door = paneDoor(frame, about, enter, () => frame.part('text').focus());
      return door;
    },
    changed(person) {
      isIn = person !== null;
      if (!isIn) called = '';
      showName();
      changed();
    },
  });
  if (door === undefined) throw new Error(`${name} has no door`);
  const { offer, person } = door;
  const { frame } = mounted;
  putTabs(frame.tabs);
  frame.selfShown = (self) => {
    called = self;
    showName();
  };
  frame.packetShown = (row, entry) => links.packet(key, row, entry);
  return {
    key,
    name,
    root: frame.root,
    get isIn() {
      return frame.screen === 'app';
    },
    offer,
    enter: () => mounted.enter(person()),
    leave: mounted.leave,
    focus: () => frame.part('text').focus(),
  };
}
