import * as wire from '../../src/dialects/conclave/codec.js';
import { uuidOf } from '../../src/dialects/uuid.js';
import { hex, unhex } from '../simulation/support/conclave-client.js';
import { type Act, isHeard } from './acts.js';
import { type Device, faults, type Group, hidden, type Invite, recluses } from './groups.js';
import type { World } from './world.js';

const sealed = (text: string) => new TextEncoder().encode(text);
const opened = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const password = 'password123';

/** Somebody at one of the places, who has come; but one whose token is good no longer may be left as they are. */
async function present(world: World, at: number, dead = false): Promise<Device> {
  const device = world.hermitage.device(at);
  return dead && device !== undefined ? device : world.hermitage.come(at);
}

function pathOf({ hermitage }: World, group: Group): string {
  return `/groups/${hermitage.ids.get(group)}`;
}

/** A group, and somebody who does something in it: of three times, twice somebody who may. */
async function inGroup(world: World, a: number, b: number, may: (group: Group, name: string) => unknown) {
  const { groups } = world.hermitage;
  const group = world.pick(groups.list.slice(-8), b);
  if (group === undefined) return undefined;
  const able = [...groups.devices.values()].filter(({ person, good }) => good && may(group, person.name));
  const device = (a % 3 > 0 ? world.pick(able, a) : undefined) ?? (await present(world, a, a % 2 > 0));
  return { groups, group, device, by: device.person.name, path: pathOf(world, group) };
}

const isMember = ({ members }: Group, name: string) => members.has(name);
const isAdmin = ({ members }: Group, name: string) => members.get(name);

export const sealing = {
  async seal_come(world, a) {
    await present(world, a);
  },
  /** Somebody hangs up, logs out, or is banned by the host, for good or not; or may come again. */
  async seal_go(world, a, b) {
    const { hermitage } = world;
    const { groups } = hermitage;
    const device = hermitage.device(a);
    if (device === undefined) return;
    const { person } = device;
    const user = hermitage.userOf(person);
    switch (b % 6) {
      case 0:
      case 1:
        hermitage.client(device).drop();
        device.hears = false;
        return;
      case 2:
      case 3:
        hermitage.ask(device, 'POST', '/logout', device.good ? undefined : faults.badToken);
        device.good = false;
        device.hears = false;
        return;
      default: {
        if (!person.known || user === undefined) return;
        const { users } = world.rig.chat;
        if (person.banned) world.host(true, () => users.unban(user));
        // A ban that runs out does not touch Conclave.
        else if (b % 4 === 0) world.host(true, () => users.ban(user));
        else return;
        person.banned = !person.banned;
        if (person.banned) groups.endTokens(person);
      }
    }
  },
  /** An account is deleted: by its password, by a wrong one, or by the host. */
  async seal_end(world, a, b) {
    const { hermitage } = world;
    const { groups } = hermitage;
    const device = await present(world, a, b % 2 > 0);
    const { person, good } = device;
    const user = hermitage.userOf(person);
    if (b % 5 === 0) {
      if (user === undefined || person.banned) return;
      world.host(true, () => world.rig.chat.users.remove(user));
      groups.forget(person);
      return;
    }
    const isRight = b % 5 > 1;
    const wish = { password: isRight ? password : `${password}?` };
    const no = good && isRight ? undefined : faults.badToken;
    hermitage.ask(device, 'POST', '/delete-account', no, [wire.DeleteAccountRequest, wish]);
    if (no === undefined) groups.forget(person);
  },
  async seal_group(world, a, b) {
    const { hermitage } = world;
    const { groups } = hermitage;
    const device = await present(world, a);
    if (!device.good) return;
    const groupName = `${hidden}_den${b % 12}`;
    const no = groups.isTaken(groupName) ? faults.conflict : undefined;
    const asked = hermitage.ask(device, 'POST', '/groups', no, [wire.CreateGroupRequest, { groupName }]);
    if (no !== undefined) return;
    const group = groups.create(groupName, device.person.name);
    await world.rig.turn();
    const read = wire.decode(wire.CreateGroupResponse, asked.answer?.bytes ?? new Uint8Array());
    if (!read.ok) return;
    hermitage.learn(read.message.groupId, groupName);
    hermitage.ids.set(group, hex(read.message.groupId));
  },
  async seal_group_end(world, a, b) {
    const found = await inGroup(world, a, b, isAdmin);
    if (found === undefined) return;
    const { groups, group, device, by, path } = found;
    const no = device.good ? groups.end(group, by) : faults.badToken;
    world.hermitage.ask(device, 'POST', `${path}/delete`, no);
  },
  /** Somebody says something: numbers grow, and are not used again. */
  async seal_say(world, a, b) {
    const found = await inGroup(world, a, b, isMember);
    if (found === undefined) return;
    const { groups, group, device, by, path } = found;
    const text = `${hidden}${world.step}`;
    const no = device.good ? groups.send(group, by, text) : faults.badToken;
    const body = [wire.SendMessageRequest, { mlsMessage: sealed(text) }] as const;
    const reply = [
      wire.SendMessageResponse,
      ({ sequenceNum }: { readonly sequenceNum: number }) => [`${sequenceNum}`],
    ] as const;
    world.hermitage.ask(device, 'POST', `${path}/messages`, no, body, reply, [`${group.last}`]);
  },
  async seal_commit(world, a, b) {
    const found = await inGroup(world, a, b, isMember);
    if (found === undefined) return;
    const { groups, group, device, by, path } = found;
    const text = a % 5 ? `${hidden}${world.step}` : undefined;
    const no = device.good ? groups.commit(group, by, text) : faults.badToken;
    const commitMessage = sealed(text ?? '');
    world.hermitage.ask(device, 'POST', `${path}/commit`, no, [wire.UploadCommitRequest, { commitMessage }]);
  },
  async seal_leave(world, a, b) {
    const found = await inGroup(world, a, b, isMember);
    if (found === undefined) return;
    const { groups, group, device, by, path } = found;
    const text = a % 5 ? `${hidden}${world.step}` : undefined;
    const no = device.good ? groups.leave(group, by, text) : faults.badToken;
    const commitMessage = sealed(text ?? '');
    world.hermitage.ask(device, 'POST', `${path}/leave`, no, [wire.LeaveGroupRequest, { commitMessage }]);
  },
  /** Admins keep order among members. */
  async seal_keep(world, a, b) {
    const found = await inGroup(world, a, b, isAdmin);
    if (found === undefined) return;
    const { groups, group, device, by, path } = found;
    const whom = recluses[(a + b) % recluses.length] as string;
    const action = (['remove', 'ban', 'unban', 'promote', 'demote'] as const)[(a + 3 * b) % 5] ?? 'remove';
    const text = a % 4 ? `${hidden}${world.step}` : undefined;
    const userId = unhex(world.hermitage.idOf(groups.person(whom)));
    const commit = { commitMessage: sealed(text ?? ''), groupInfo: sealed('') };
    const no = device.good ? groups[action](group, by, whom, text) : faults.badToken;
    // Requests to lift a ban and about roles have the user alone.
    const body = { userId, ...(action === 'remove' || action === 'ban' ? commit : {}) };
    const schema = { remove: wire.RemoveMemberRequest, ban: wire.BanMemberRequest }[action as 'remove'];
    world.hermitage.ask(device, 'POST', `${path}/${action}`, no, [schema ?? wire.PromoteMemberRequest, body]);
  },
  async seal_invite(world, a, b) {
    const found = await inGroup(world, a, b, isAdmin);
    if (found === undefined) return;
    const { groups, group, device, by, path } = found;
    const { hermitage } = world;
    const guest = groups.person(recluses[(a + b) % recluses.length] as string);
    const inviteeId = unhex(hermitage.idOf(guest));
    if (a % 7 === 0) {
      const no = device.good ? groups.cancel(group, by, guest.name) : faults.badToken;
      hermitage.ask(device, 'POST', `${path}/cancel-invite`, no, [wire.CancelInviteRequest, { inviteeId }]);
      return;
    }
    const [commit, welcome] = [`${hidden}${world.step}`, `${hidden}${world.step} hello`];
    const no = device.good ? groups.invite(group, by, guest.name, commit, welcome) : faults.badToken;
    const body = {
      inviteeId,
      commitMessage: sealed(commit),
      welcomeMessage: sealed(welcome),
      groupInfo: sealed(hidden),
    };
    hermitage.ask(device, 'POST', `${path}/escrow-invite`, no, [wire.EscrowInviteRequest, body]);
    if (no !== undefined) return;
    await world.rig.turn();
    lookInto(world, device, group);
  },
  async seal_answer(world, a, b) {
    const { hermitage } = world;
    const { groups } = hermitage;
    const invite = world.pick(groups.invites, b);
    if (invite === undefined) return;
    const own = [...groups.devices.values()].find(
      ({ person, good }) => good && person.name === invite.invitee,
    );
    const device = (a % 4 > 0 ? own : undefined) ?? (await present(world, a, true));
    const action = a % 5 > 0 ? 'accept' : 'decline';
    const no = device.good ? groups[action](invite, device.person.name) : faults.badToken;
    hermitage.ask(device, 'POST', `/invites/${hermitage.ids.get(invite.key)}/${action}`, no);
  },
  /** What somebody asks for is what there is. */
  async seal_look(world, a, b) {
    const found = await inGroup(world, a, b, isMember);
    if (found === undefined) return;
    const { groups, group, device, by, path } = found;
    const { hermitage } = world;
    const dead = device.good ? undefined : faults.badToken;
    const look = (a + b) % 6;
    if (look < 2) {
      const after = look === 0 ? 0 : b % (group.last + 1);
      const must = group.messages.filter(({ number }) => number > after);
      const reply = [
        wire.GetMessagesResponse,
        ({ messages }: wire.GetMessagesResponse) =>
          messages.map((one) => `${one.sequenceNum} ${hermitage.of(one.senderId)} ${opened(one.mlsMessage)}`),
      ] as const;
      const no = dead ?? groups.notMember(group, by);
      const past = must.map(({ number, sender, data }) => `${number} ${groups.who(sender)} ${data}`);
      hermitage.ask(device, 'GET', `${path}/messages?after=${after}&limit=500`, no, undefined, reply, past);
    } else if (look === 2) {
      const reply = [
        wire.ListGroupsResponse,
        ({ groups: list }: wire.ListGroupsResponse) =>
          list.map(
            ({ groupName, members }) =>
              `${groupName}: ${members.map(({ userId, role }) => `${hermitage.of(userId)} ${role === 2}`).sort()}`,
          ),
      ] as const;
      const must = groups.list
        .filter(({ members }) => members.has(by))
        .sort((one, other) => (one.name < other.name ? -1 : 1))
        .map(
          ({ name, members }) =>
            `${name}: ${[...members].map(([who, admin]) => `${groups.who(who)} ${admin}`).sort()}`,
        );
      hermitage.ask(device, 'GET', '/groups', dead, undefined, reply, must);
    } else if (look === 3) {
      const reply = [
        wire.ListBannedUsersResponse,
        ({ users }: wire.ListBannedUsersResponse) =>
          users.map(({ userId, bannedBy }) => `${hermitage.of(userId)} by ${hermitage.of(bannedBy)}`),
      ] as const;
      const must = [...group.bans].map(([whom, from]) => `${groups.who(whom)} by ${groups.who(from)}`);
      const no = dead ?? groups.notAdmin(group, by);
      hermitage.ask(device, 'GET', `${path}/banned`, no, undefined, reply, must);
    } else if (look === 4) {
      const reply = [
        wire.ListPendingWelcomesResponse,
        ({ welcomes }: wire.ListPendingWelcomesResponse) =>
          welcomes.map(({ groupId, welcomeMessage }) => `${hermitage.of(groupId)} ${opened(welcomeMessage)}`),
      ] as const;
      const must = device.person.welcomes.map((one) => `${one.group.name} ${one.data}`);
      hermitage.ask(device, 'GET', '/welcomes', dead, undefined, reply, must);
    } else lookInto(world, device, a % 2 ? group : undefined);
  },
  /** People of other protocols try to reach somebody of Conclave, and nobody is there. */
  seal_seek(world, a, b) {
    const { hermitage, model } = world;
    const whom = hermitage.groups.person(recluses[b % recluses.length] as string);
    const user = hermitage.userOf(whom);
    const [sock, venue] = [world.session(a, 'sockchat'), world.session(a, 'venueless')];
    if (a % 2 && sock !== undefined) {
      const command = ['msg', 'kick', 'ban', 'silence', 'whois', 'unban'][b % 6];
      world.sock(sock).say(`/${command} ${whom.name} hello`);
      if (isHeard(world, sock.person)) model.refuse(sock);
    } else if (user !== undefined && venue !== undefined) {
      const id = uuidOf('user', user);
      if (b % 3) world.venue(venue).ask('chat.direct.create', { users: [id] });
      else world.venue(venue).ask('user.ban', { id });
      model.refuse(venue);
    }
  },
} satisfies Record<string, Act>;

/** Looks at the invitations into a group, or at one's own. */
function lookInto({ hermitage }: World, device: Device, group?: Group): void {
  const { groups, ids } = hermitage;
  const by = device.person.name;
  const own = (one: Invite) => (group === undefined ? one.invitee === by : one.group === group);
  const waiting = groups.invites.filter(own);
  const must = waiting.map(
    (one) => `${one.group.name}: ${groups.who(one.invitee)} by ${one.inviter} ${groups.who(one.inviter)}`,
  );
  const see = ({ invites }: wire.ListPendingInvitesResponse) => {
    if (invites.length === waiting.length)
      for (const [i, { key }] of waiting.entries())
        ids.set(key, hex(invites[i]?.inviteId ?? new Uint8Array()));
    return invites.map(
      (one) =>
        `${one.groupName}: ${hermitage.of(one.inviteeId)} by ${one.inviterUsername} ${hermitage.of(one.inviterId)}`,
    );
  };
  const path = group === undefined ? '/invites' : `/groups/${ids.get(group)}/invites`;
  const may = group === undefined ? undefined : groups.notAdmin(group, by);
  const no = device.good ? may : faults.badToken;
  hermitage.ask(device, 'GET', path, no, undefined, [wire.ListPendingInvitesResponse, see], must);
}
