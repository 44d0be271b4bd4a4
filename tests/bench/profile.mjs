// Where a server of the bench spends its CPU: node tests/bench/profile.mjs [server or originchats] [scenario] [members] [storage], after `npm run bench` has
// built. Prints the functions with the most time of their own, per thread. Time in system calls counts for whoever made them.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, heard, start } from './lib/process.mjs';

const [server = 'polylect', scenario = 'w1', members = '1000', storage = 'memory'] = process.argv.slice(2);
const here = fileURLToPath(new URL('.', import.meta.url));
const windowMs = 5_000;
const drivers = { polylect: 'sockchat', originchats: 'originchats', socketio: 'socketio' };
const script = server === 'originchats' ? 'polylect' : server;
const folder = mkdtempSync(join(tmpdir(), 'polylect-profile-'));

const flags = ['--expose-gc', '--cpu-prof', '--cpu-prof-interval', '200', `--cpu-prof-dir=${folder}`];
const child = start(0, `${here}servers/${script}.mjs`, [`${here}dist`, storage, '1'], { flags });
const { port } = await heard(child, 'listening', 20_000);
const client = start(1, `${here}load/fanout.mjs`, [
  JSON.stringify({ frameBytes: server === 'originchats' ? 384 : 128, senders: 8 }),
]);
await heard(client, 'ready', 20_000);
const gathered = heard(client, 'gathered', 100_000);
const room = {
  target: server,
  port,
  pid: child.pid,
  driver: drivers[server] ?? 'plain',
  count: Number(members),
};
client.send({ kind: 'gather', ...room });
await gathered;
const played = heard(client, 'played', 60_000);
client.send({ kind: 'play', target: server, scenario, warmMs: 500, windowMs });
const { row } = await played;
const tookMs = performance.now();
await end(client);
child.send({ kind: 'end' });
await new Promise((gone) => child.once('exit', gone));
const afterMs = performance.now() - tookMs;

process.stdout.write(`${JSON.stringify(row)}\n`);
for (const file of readdirSync(folder)) print(JSON.parse(readFileSync(join(folder, file), 'utf8')), file);
rmSync(folder, { recursive: true });
process.exit();

function print({ nodes, samples, timeDeltas }, title) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const own = new Map();
  const until = timeDeltas.reduce((sum, delta) => sum + delta, 0) - afterMs * 1000;
  let at = 0;
  let busy = 0;
  for (let i = 0; i < samples.length; i++) {
    at += timeDeltas[i];
    if (at < until - windowMs * 1000 || at > until) continue;
    const { functionName, url, lineNumber } = frames.get(samples[i]);
    if (functionName === '(idle)') continue;
    const name = `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`;
    own.set(name, (own.get(name) ?? 0) + timeDeltas[i]);
    busy += timeDeltas[i];
  }
  process.stdout.write(`\n${title}: ${(busy / 1000).toFixed(0)} ms\n`);
  const most = [...own].sort((a, b) => b[1] - a[1]).slice(0, 40);
  for (const [name, us] of most) {
    process.stdout.write(
      `${((us / busy) * 100).toFixed(1).padStart(6)} %  ${(us / 1000).toFixed(1).padStart(8)} ms  ${name}\n`,
    );
  }
}
