import { colourOf } from '../../colours.js';
import { ask } from '../frame/dialog.js';
import { avatar, button, h } from '../frame/elements.js';
import { fill, personRow, roomRow, tag } from '../frame/lists.js';
import { type MenuItem, openMenu } from '../frame/menu.js';
import { type Frame, showView } from './frame.js';
import type { Group, Invite, Member, Session } from './session.js';

/** The lists of invitations, groups and people, and oneself. Answers what shows them anew. */
export function sidebar(frame: Frame, current: () => Session | null): () => void {
  const { groupsHead, peopleHead, selfActions, groupActions } = frame;
  const withSession = (act: (session: Session) => void) => () => {
    const session = current();
    if (session !== null) act(session);
  };
  groupsHead.append(plus('Make a group', withSession(makeGroup)));
  const invite = plus('Invite somebody', withSession(inviteSomebody));
  peopleHead.append(invite);
  const more: HTMLButtonElement = button(
    'Group …',
    withSession((session) => groupMenu(session, more)),
    'small',
  );
  more.setAttribute('aria-haspopup', 'menu');
  more.setAttribute('aria-expanded', 'false');
  const inviteHere = button('Invite', withSession(inviteSomebody), 'small');
  groupActions.append(inviteHere, more);
  const you: HTMLButtonElement = button(
    'Account …',
    withSession((session) => selfMenu(session, you)),
    'small',
  );
  you.setAttribute('aria-haspopup', 'menu');
  you.setAttribute('aria-expanded', 'false');
  selfActions.append(you, button('Log out', withSession(logOut), 'small'));
  return () => {
    const session = current();
    if (session === null) return;
    const { group, groups, invites } = session;
    frame.title.textContent = group?.name ?? 'No group';
    frame.about.textContent = about(group);
    groupActions.hidden = group === undefined;
    inviteHere.hidden = group?.isAdmin !== true || !group.hasKeys;
    invite.hidden = inviteHere.hidden;
    frame.invitesBlock.hidden = invites.length === 0;
    fill(
      frame.invites,
      invites.map((one) => inviteRow(session, one)),
    );
    fill(
      frame.groups,
      groups.map(({ id, name, unread, hasKeys }) =>
        roomRow({
          key: id,
          name,
          mark: '•',
          tags: [hasKeys ? null : tag('no keys', 'mod'), unreadTag(unread)],
          isHere: id === session.open,
          enter: () => {
            showView(frame, 'talk');
            session.enter(id);
            frame.text.focus();
          },
        }),
      ),
    );
    fill(
      frame.people,
      group === undefined
        ? []
        : [
            ...group.members.map((member) => memberRow(session, group, member)),
            ...group.invited.map((one) => invitedRow(session, one)),
          ],
    );
    const name = session.alias || session.username;
    frame.selfCard.replaceChildren(
      avatar(name, colourOf(name)),
      h('span', { class: 'self-name', title: name }, name),
      ...(session.alias === '' ? [] : [tag(session.username)]),
    );
  };
}

function about(group: Group | undefined): string {
  if (group === undefined) return 'Make a group, or let somebody invite you.';
  if (!group.hasKeys) return 'no keys';
  return `sealed in here, epoch ${group.epoch}`;
}

function plus(label: string, act: () => void): HTMLButtonElement {
  return h(
    'button',
    { class: 'icon-button', type: 'button', attributes: { 'aria-label': label }, on: { click: act } },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '+'),
  );
}

function unreadTag(unread: number): HTMLElement | null {
  if (unread === 0) return null;
  return h('span', { class: 'tag unread' }, String(unread), h('span', { class: 'hidden' }, ' unread'));
}

function inviteRow(session: Session, invite: Invite): HTMLElement {
  const { groupName, inviterUsername } = invite;
  const name = (label: string, act: () => void, kind: string) => {
    const element = button(label, act, kind);
    element.setAttribute('aria-label', `${label} the invitation to ${groupName}`);
    return element;
  };
  return h(
    'div',
    { class: 'conclave-invite' },
    h('p', {}, h('strong', {}, groupName), ` from ${inviterUsername}`),
    h(
      'div',
      { class: 'self-actions' },
      name('Accept', () => void session.accept(invite), 'small primary'),
      name('Decline', () => void session.decline(invite), 'small'),
    ),
  );
}

function memberRow(session: Session, group: Group, member: Member): HTMLElement {
  const { userId, username, alias, isAdmin } = member;
  const isSelf = userId === session.userId;
  return personRow({
    key: userId,
    name: alias || username,
    colour: colourOf(session.nameOf(userId)),
    tags: [
      alias === '' ? null : tag(username),
      isAdmin ? tag('admin', 'mod') : null,
      isSelf ? tag('you') : null,
    ],
    open(row) {
      const items: MenuItem[] = [{ label: 'Fingerprint…', act: () => void showFingerprint(member) }];
      if (group.isAdmin && group.hasKeys && !isSelf)
        items.push({
          label: 'Remove from the group',
          act: () => void session.remove(userId),
          isDangerous: true,
        });
      openMenu(row, `What to do with ${alias || username}`, items);
    },
  });
}

function invitedRow(session: Session, invite: Invite): HTMLElement {
  const name = session.nameOf(invite.inviteeId);
  return personRow({
    key: invite.inviteId,
    name,
    colour: colourOf(session.nameOf(invite.inviteeId)),
    isAway: true,
    tags: [tag('invited')],
    open: (row) =>
      openMenu(row, `What to do with ${name}`, [
        { label: 'Take the invitation back', act: () => void session.cancelInvite(invite) },
      ]),
  });
}

function groupMenu(session: Session, trigger: HTMLElement): void {
  const { group } = session;
  if (group === undefined) return;
  const items: MenuItem[] = [];
  if (group.hasKeys) items.push({ label: 'Make new keys', act: () => void session.renew() });
  items.push({ label: 'Come back in with new keys', act: () => void session.comeBack() });
  items.push({ label: 'Leave…', act: () => void leave(session, group), isDangerous: true });
  if (group.isAdmin)
    items.push({ label: 'Delete for all…', act: () => void deleteGroup(session, group), isDangerous: true });
  openMenu(trigger, `What to do with ${group.name}`, items);
}

function selfMenu(session: Session, trigger: HTMLElement): void {
  openMenu(trigger, 'What to do with your account', [
    { label: 'Other name for others…', act: () => void rename(session) },
    { label: 'Delete the account…', act: () => void deleteAccount(session), isDangerous: true },
  ]);
}

async function makeGroup(session: Session): Promise<void> {
  const answer = await ask({
    title: 'Make a group',
    text: 'The server knows its name and its members, and nothing of what is said in it.',
    fields: [{ name: 'name', label: 'Name', hint: 'Letters, digits and underscores.', maxLength: 64 }],
    confirm: 'Make it',
  });
  const name = answer?.get('name')?.trim() ?? '';
  if (name !== '') await session.create(name);
}

async function inviteSomebody(session: Session): Promise<void> {
  const answer = await ask({
    title: `Invite somebody to ${session.group?.name ?? ''}`,
    text: 'They read what is said from the moment they accept.',
    fields: [{ name: 'name', label: 'Their name', maxLength: 64 }],
    confirm: 'Invite',
  });
  const name = answer?.get('name')?.trim() ?? '';
  if (name !== '') await session.invite(name);
}

async function leave(session: Session, { name }: Group): Promise<void> {
  const answer = await ask({
    title: `Leave ${name}?`,
    text: 'You cannot come back by yourself, and what was said here is gone from this tab.',
    confirm: 'Leave',
    isDangerous: true,
  });
  if (answer !== null) await session.leave();
}

async function deleteGroup(session: Session, { name }: Group): Promise<void> {
  const answer = await ask({
    title: `Delete ${name} for all?`,
    text: 'The server lets go of all that it keeps of it.',
    confirm: 'Delete',
    isDangerous: true,
  });
  if (answer !== null) await session.deleteGroup();
}

async function rename(session: Session): Promise<void> {
  const answer = await ask({
    title: 'Other name for others',
    text: 'Shown instead of your name. Empty: none.',
    fields: [{ name: 'alias', label: 'Alias', value: session.alias, maxLength: 64 }],
    confirm: 'Take it',
  });
  if (answer !== null) await session.rename(answer.get('alias')?.trim() ?? '');
}

async function deleteAccount(session: Session, why = ''): Promise<void> {
  const answer = await ask({
    title: 'Delete your account?',
    text: `${why} You leave all groups, and whatever you said goes from the server. The name is free again.`.trim(),
    fields: [{ name: 'password', label: 'Your password', type: 'password' }],
    confirm: 'Delete for good',
    isDangerous: true,
  });
  if (answer === null) return;
  const refused = await session.deleteAccount(answer.get('password') ?? '');
  if (refused !== null) await deleteAccount(session, refused);
}

async function logOut(session: Session): Promise<void> {
  const answer = await ask({
    title: 'Log out?',
    text: 'Your keys go with this. When you come back you get new ones, and cannot read what was said before.',
    confirm: 'Log out',
  });
  if (answer !== null) await session.logOut();
}

function showFingerprint({ username, signingKeyFingerprint }: Member): Promise<unknown> {
  return ask({
    title: `Fingerprint of ${username}`,
    text: signingKeyFingerprint.replace(/.{8}/g, '$& ').trim() || 'They have no key.',
    confirm: 'Done',
  });
}
