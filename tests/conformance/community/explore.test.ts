import { join } from 'node:path';
import { test } from 'vitest';
import { sqlite } from '../../../src/adapters/storage/sqlite.js';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { rowsOf } from '../../support/sqlite-rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { everywhere, live, onlookers, rooms } from './support/life.js';
import { Town } from './support/town.js';

const ways = {
  host: (town: any, one: any) => town.chat.users.remove(one.user.id),
  user_leave: (_: any, one: any) => one.origin.send({ cmd: 'user_leave', listener: 'L' }),
  user_delete: (town: any, one: any, others: any) =>
    others.staffOrigin.send({ cmd: 'user_delete', user: town.chat.users.get(one.user.id).handle, listener: 'D' }),
  'user.delete': (_: any, one: any, others: any) => others.staffWorld.send(['user.delete', 'X', { id: one.world.id }]),
  'delete-account': (_: any, one: any) => one.sealed.done('/delete-account', wire.DeleteAccountRequest, { password: 'password123' }),
};
test.each(Object.entries(ways))('%s', { timeout: 60000 }, async (name, way) => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'chat.sqlite');
  const town = await Town.open({ storage: sqlite({ file }), channels: rooms });
  const others = await onlookers(town);
  const one = await everywhere(town, 'lena');
  const life = await live(town, one, others);
  await town.seen(5000);
  const mark = `"${one.user.id}"`;
  const rows = (await rowsOf(file)).filter((r) => r.includes(mark) || r.includes(one.user.id));
  console.log(name, one.user.id, life, 'BEFORE\n' + rows.map((r) => r.slice(0, 200)).join('\n'));
  await way(town, one, others);
  const seen = await town.seen(5000);
  console.log(name, 'SEEN', JSON.stringify(seen.by, null, 1), seen.host, JSON.stringify(seen.events.find((e) => e.type === 'user_leave')));
  const after = (await rowsOf(file)).filter((r) => r.includes(mark) || r.includes(one.user.id));
  console.log(name, 'AFTER\n' + after.map((r) => r.slice(0, 300)).join('\n'), town.errors);
  await town.stop();
  folder.remove();
});
