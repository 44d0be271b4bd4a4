import type { GroupId, SessionId, UserId } from '../../../src/domain/ids.js';
import type { Sample } from './sample.js';

const sealed = { commit: 'Y29tbWl0', welcome: 'd2VsY29tZQ==', info: 'aW5mbw==' };

/** What happens in encrypted groups, and to the tokens of their people. */
export async function groups(sample: Sample): Promise<void> {
  sample.subject = 'Encrypted groups and tokens';
  const account = async (login: string) => {
    const identity = { provider: 'sealed', id: login, name: login };
    const wish = { realm: 'sealed', login, key: login, hash: sample.hash, identity };
    return (await sample.run('group.register', wish)).user;
  };
  const [by, user, third] = [await account('ada'), await account('bea'), await account('cleo')];
  const { group } = await sample.shows('group_create', {}, () =>
    sample.run('group.create', { by, name: 'g' }),
  );
  await invitations(sample, { by, group }, user);
  await sample.shows('group_message', {}, () => sample.run('group.send', { by, group, data: 'eA==' }));
  await sample.shows('group_update', {}, () => sample.run('group.commit', { by, group, ...sealed }));
  await sample.shows('group_identity_reset', {}, () =>
    sample.run('group.rejoin', { by: user, group, ...sealed }),
  );
  await sample.shows('group_ban', {}, () => sample.run('group.ban', { by, group, user: third, ...sealed }));
  await sample.shows('group_member_remove', {}, () =>
    sample.run('group.leave', { by: user, group, ...sealed }),
  );
  await sample.shows('group_delete', {}, () => sample.run('group.remove', { by, group }));
  await tokens(sample, by);
}

async function invitations(
  sample: Sample,
  admin: { readonly by: UserId; readonly group: GroupId },
  user: UserId,
): Promise<void> {
  const invite = () => sample.run('invite.add', { ...admin, user, ...sealed });
  const first = await sample.shows('group_invite', {}, invite);
  await sample.shows('group_invite_decline', {}, () =>
    sample.run('invite.decline', { by: user, invite: first.invite }),
  );
  await invite();
  await sample.shows('group_invite_cancel', {}, () => sample.run('invite.cancel', { ...admin, user }));
  const third = await invite();
  await sample.showsAll({ group_member_add: {}, group_welcome: {} }, () =>
    sample.run('invite.accept', { by: user, invite: third.invite }),
  );
}

async function tokens(sample: Sample, user: UserId): Promise<void> {
  const hash = 'a'.repeat(64);
  await sample.run('token.create', { user, hash, dialect: 'conclave' });
  const stream = async (name: string) => {
    const session = name as SessionId;
    await sample.run('stream.open', { session, token: hash });
    return session;
  };
  const session = await sample.shows('stream_open', {}, () => stream('stream1'));
  await sample.shows('stream_close', {}, () => sample.run('session.close', { session, reason: 'leave' }));
  await stream('stream2');
  await sample.shows('token_end', {}, () => sample.run('token.end', { hash }));
}
