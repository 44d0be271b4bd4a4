// Speed and memory of `polylect import originchats`, from the build: npm run build && node tests/bench/import-originchats.mjs [messages, default 1000000]
// Prints one line of JSON. Sizes in bytes, times in seconds.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const messages = Number(process.argv[2] ?? 1_000_000);
const channels = 10;
const users = 1_000;
const root = mkdtempSync(join(tmpdir(), 'polylect-import-'));
try {
  const bytes = await writeFolder(join(root, 'db'));
  const { seconds, peakRss } = await run(join(root, 'db'), join(root, 'chat.sqlite'));
  const perSecond = Math.round(messages / seconds);
  const database = statSync(join(root, 'chat.sqlite')).size;
  console.log(JSON.stringify({ messages, folder: bytes, seconds, perSecond, peakRss, database }));
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** One message in five answers another, one in ten mentions somebody, one in ten has reactions; padded as the original pads. */
async function writeFolder(folder) {
  mkdirSync(join(folder, 'channels'), { recursive: true });
  const ids = Array.from({ length: users }, (_, i) => `USR:${i.toString(16).padStart(24, '0')}`);
  const record = (_, i) => [ids[i], { username: `user${i}`, roles: ['user'] }];
  writeFileSync(join(folder, 'users.json'), JSON.stringify(Object.fromEntries(ids.map(record))));
  const user = { id: randomUUID(), permissions: ['send_messages'], position: 0 };
  writeFileSync(join(folder, 'roles.json'), JSON.stringify({ user }));
  const names = Array.from({ length: channels }, (_, i) => `channel-${i}`);
  const list = names.map((name) => ({ type: 'text', name, permissions: { view: ['user'], send: ['user'] } }));
  writeFileSync(join(folder, 'channels.json'), JSON.stringify(list));
  const padding = ' '.repeat(512);
  let bytes = 0;
  for (const [place, name] of names.entries()) {
    const file = createWriteStream(join(folder, 'channels', `${name}.json`));
    let before;
    for (let i = place; i < messages; i += channels) {
      const id = randomUUID();
      const message = {
        user: ids[(i * 7) % users],
        content: `Message ${i} says what messages say${i % 10 === 0 ? ` to @user${i % users}` : ''}, and a little more.`,
        timestamp: 1_700_000_000 + i * 0.25,
        type: 'message',
        pinned: false,
        id,
        ...(i % 5 === 0 && before ? { reply_to: before } : {}),
        ...(i % 10 === 1 ? { reactions: { '👍': [ids[i % users], ids[(i + 1) % users]] } } : {}),
      };
      before = { id, user: message.user };
      const line = `${i === place ? '' : '\n'}${JSON.stringify(message)}${padding}`;
      bytes += line.length;
      if (!file.write(line)) await once(file, 'drain');
    }
    file.end();
    await once(file, 'close');
  }
  return bytes;
}

async function run(folder, file) {
  const began = performance.now();
  const command = new URL('../../dist/cli/polylect.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [command, 'import', 'originchats', folder, '--into', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let peakRss = 0;
  const watch = setInterval(() => {
    peakRss = Math.max(peakRss, rssOf(child.pid));
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(watch);
  if (code !== 0) throw new Error(`the import ended with code ${code}`);
  return { seconds: Math.round((performance.now() - began) / 10) / 100, peakRss };
}

/** From Linux; elsewhere 0. */
function rssOf(pid) {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
