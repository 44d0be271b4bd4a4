import { type Page, run } from './frame/run.js';
import { originchatsPage } from './originchats/page.js';
import { sockchatPage } from './sockchat/page.js';
import { venuelessPage } from './venueless/page.js';

/** One page for each protocol, all in the same frame. */
const pages: Readonly<Record<string, { readonly name: string; readonly make: () => Page }>> = {
  '/': { name: 'Sock Chat', make: sockchatPage },
  '/originchats': { name: 'OriginChats', make: originchatsPage },
  '/venueless': { name: 'Venueless', make: venuelessPage },
};

const here = pages[location.pathname];
if (here !== undefined) {
  run(
    here.make,
    [...Object.entries(pages), ['/conclave', { name: 'Conclave' }] as const].map(([path, { name }]) => ({
      path,
      name,
      isHere: path === location.pathname,
    })),
  );
}
