import { localPrefix, localProvider } from '../../../src/dialects/originchats/local-users.js';
import type { Action } from './actions.js';
import type { OriginClient, SocketClient } from './clients.js';
import { otherSelf } from './town.js';

/** Accounts of OriginChats that people make, few, so that they meet. */
const accounts = 6;

function account(client: OriginClient, cmd: 'login' | 'register', password: string): void {
  client.send({ cmd, username: client.name, password });
}

/** Somebody with an account of OriginChats comes; `password`: what they think it is. */
const come =
  (cmd: 'login' | 'register'): Action =>
  (town, a, b) => {
    const name = `account${a % accounts}`;
    town.rig.person(name, { provider: localProvider, id: `${localPrefix}${name}` });
    const client = town.sit(name, 1) as OriginClient;
    const isWrong = cmd === 'login' && b % 3 === 0;
    if (isWrong) town.selves.mustFail(client as unknown as SocketClient);
    account(client, cmd, isWrong ? 'mistaken' : `secret of ${name}`);
  };

/** By whom people log in, and how they wish to be seen. */
export const selves = {
  register: come('register'),
  sign_in: come('login'),
  /** The host lets somebody come by another identity too. */
  link(town, a, b) {
    const { token, identity } = otherSelf(a % town.options.people);
    const user = town.rig.chat.users.byIdentity('people', token);
    if (user !== undefined)
      town.host(() => town.rig.chat.users.link(user.id, identity, { leads: b % 3 === 0 }));
  },
  unlink(town, a) {
    const { token, identity } = otherSelf(a % town.options.people);
    const user = town.rig.chat.users.byIdentity('people', token);
    if (user === undefined) return;
    const before = town.selves.clientsOf(identity.id, user);
    town.host(async () => {
      await town.rig.chat.users.unlink(user.id, identity);
      for (const client of before)
        if (client.isOpen) town.watch.wrong.push(`${client.name} is still logged in as ${user.handle}`);
    });
  },
  /** Somebody comes by their other identity, linked or not. */
  other(town, a, b) {
    const { id } = otherSelf(a % town.options.people).identity;
    town.sit(id, b % 3).login(id);
  },
  hide(town, a, b) {
    town.origin(a)?.send({ cmd: 'status_set', status: b % 3 ? 'invisible' : 'online' });
  },
} satisfies Record<string, Action>;
