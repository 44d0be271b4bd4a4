import { door } from './frame/door.js';
import { hostPanel } from './frame/host-panel.js';
import { mount } from './frame/mount.js';
import { front } from './front/front.js';
import { conclave, protocols } from './protocols.js';

const here = protocols.find(({ path }) => path === location.pathname);
if (here === undefined) front(document.body);
else {
  const others = [...protocols, conclave].map(({ path, name }) => ({
    path,
    name,
    isHere: path === here.path,
  }));
  mount(document.body, here.make, { layout: 'page', protocols: others, door });
  hostPanel();
}
