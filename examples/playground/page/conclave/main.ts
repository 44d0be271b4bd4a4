import { byId } from '../frame/elements.js';
import { hostPanel } from '../frame/host-panel.js';
import { mountConclave } from './mount.js';

mountConclave(byId('place'), {
  changed: (username) => {
    document.title =
      username === null ? 'Conclave · polylect playground' : `${username} · Conclave · polylect`;
  },
}).focus();
hostPanel();
