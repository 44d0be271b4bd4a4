import type { Frame } from './frame/frame.js';
import type { Page } from './frame/mount.js';
import { originchatsPage } from './originchats/page.js';
import { sockchatPage } from './sockchat/page.js';
import { venuelessPage } from './venueless/page.js';

/** A protocol as the playground has it: as a page of its own, and as a pane on the first one. */
export interface Spoken {
  readonly key: string;
  readonly path: string;
  readonly name: string;
  /** What goes over its wire, in a few words. */
  readonly about: string;
  readonly make: (frame: Frame) => Page;
}

export const protocols: readonly Spoken[] = [
  {
    key: 'sockchat',
    path: '/sockchat',
    name: 'Sock Chat',
    about: 'Fields between tabs, over a WebSocket.',
    make: sockchatPage,
  },
  {
    key: 'originchats',
    path: '/originchats',
    name: 'OriginChats',
    about: 'Commands as JSON objects, over a WebSocket.',
    make: originchatsPage,
  },
  {
    key: 'venueless',
    path: '/venueless',
    name: 'Venueless',
    about: 'Actions as JSON arrays, over a WebSocket.',
    make: venuelessPage,
  },
];

/** The one whose people are among themselves; its client is of its own make. */
export const conclave: Omit<Spoken, 'make'> = {
  key: 'conclave',
  path: '/conclave',
  name: 'Conclave',
  about: 'Protobuf over HTTP, sealed from end to end: what is said in here is seen nowhere else.',
};
