// `node tests/bench/conclave.mjs`: what the event streams of one large group cost, on this machine and now.
//   --members 1000   --storages memory,full   --scenarios w1,w32,r50   --rounds 3   --window-ms 2000
// Scenario wK: K messages under way at once; rR: R messages a second. A delivery is one message on one stream.
import { spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cpuMs, end, heard, isPinned, pinningRemark, start } from './lib/process.mjs';
import { median, table } from './lib/report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const build = `${here}dist`;
const { values: options } = parseArgs({
  options: {
    members: { type: 'string', default: '1000' },
    storages: { type: 'string', default: 'memory,full' },
    scenarios: { type: 'string', default: 'w1,w32,r50' },
    rounds: { type: 'string', default: '3' },
    'window-ms': { type: 'string', default: '2000' },
  },
});
const count = Number(options.members);
const windowMs = Number(options['window-ms']);
const say = (text) => process.stdout.write(`${text}\n`);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** When each message was sent, and when it came to each stream, by its number in the group. */
const sentAt = new Map();
const arrivals = new Map();
let delivered = 0;
let onDelivered = () => {};

/** Takes the numbers of messages out of a stream. The pieces of HTTP between the frames say nothing that looks like one. */
function reader() {
  const mark = 'data: 0a';
  let rest = '';
  return (chunk) => {
    rest += chunk;
    let from = 0;
    for (;;) {
      const at = rest.indexOf(mark, from);
      const over = at < 0 ? -1 : rest.indexOf('\n\n', at);
      if (over < 0) break;
      from = over;
      // Length, key and length of the group's id, the id, the key of the number.
      let seq = 0;
      for (let place = at + mark.length + 2 + 4 + 32 + 2, shift = 1; ; place += 2, shift *= 128) {
        const byte = Number.parseInt(rest.slice(place, place + 2), 16);
        seq += (byte & 127) * shift;
        if (byte < 128) break;
      }
      const times = arrivals.get(seq);
      if (times === undefined) arrivals.set(seq, [performance.now()]);
      else times.push(performance.now());
      delivered++;
    }
    rest = from > 0 || rest.length > 65_536 ? rest.slice(from) : rest;
    onDelivered();
  };
}

async function open(port, token) {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await new Promise((done, failed) => {
    socket.once('data', (head) => (head.startsWith('HTTP/1.1 200') ? done() : failed(new Error(head))));
    socket.once('error', failed);
  });
  socket.on('data', reader());
  return socket;
}

function send(port, token, group) {
  const began = performance.now();
  return new Promise((done, failed) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-protobuf' };
    const path = `/api/v1/groups/${group}/messages`;
    const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        if (answer.statusCode !== 200)
          return failed(new Error(`a message was answered ${answer.statusCode}`));
        let seq = 0;
        let shift = 1;
        for (const byte of Buffer.concat(parts).subarray(1)) {
          seq += (byte & 127) * shift;
          shift *= 128;
        }
        sentAt.set(seq, began);
        done();
      });
    });
    asked.on('error', failed);
    asked.end(Buffer.concat([Buffer.from([0x0a, 0x80, 0x02]), Buffer.alloc(256, 1)]));
  });
}

async function play(server, scenario) {
  const { port, pid, token, group } = server;
  const amount = Number(scenario.slice(1));
  let sent = 0;
  let isOver = false;
  const waiting = [];
  const go = () => {
    sent++;
    waiting.push(send(port, token, group));
  };
  const base = delivered;
  if (scenario[0] === 'w') {
    onDelivered = () => {
      while (!isOver && sent - Math.floor((delivered - base) / count) < amount) go();
    };
    onDelivered();
  } else {
    const began = performance.now();
    const timer = setInterval(() => {
      if (isOver) return clearInterval(timer);
      while (sent < ((performance.now() - began) * amount) / 1000) go();
    }, 1);
  }
  await sleep(500);
  const look = () => ({ at: performance.now(), delivered, cpu: cpuMs(pid) });
  const a = look();
  await sleep(windowMs);
  const b = look();
  isOver = true;
  onDelivered = () => {};
  const late = performance.now() + 15_000;
  while (delivered - base < sent * count && performance.now() < late) await sleep(10);
  await Promise.all(waiting);
  const took = [];
  for (const [seq, began] of sentAt)
    if (began >= a.at && began < b.at) for (const at of arrivals.get(seq) ?? []) took.push(at - began);
  took.sort((one, other) => one - other);
  sentAt.clear();
  arrivals.clear();
  const [seconds, cpuSeconds, many] = [(b.at - a.at) / 1e3, (b.cpu - a.cpu) / 1e3, b.delivered - a.delivered];
  return {
    perCpuSecond: many / cpuSeconds,
    perSecond: many / seconds,
    p50: took[took.length >> 1],
    p99: took[Math.floor(took.length * 0.99)],
    busy: cpuSeconds / seconds,
    missing: sent * count - (delivered - base),
  };
}

say('building');
const arguments_ = ['tsup', '--no-dts', '--silent', '--out-dir', build];
const { status } = spawnSync('npx', arguments_, {
  cwd: resolve(here, '../..'),
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (status !== 0) throw new Error('polylect could not be built');
if (isPinned) spawnSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)]);
say(`Node ${process.versions.node}, ${pinningRemark() ?? 'server on one CPU, client on another'}`);
const lines = [];
for (const storage of options.storages.split(',')) {
  const child = start(0, `${here}servers/conclave.mjs`, [build, storage, String(count)]);
  const people = heard(child, 'people', 120_000);
  const listening = heard(child, 'listening', 120_000);
  const { sender, members } = await people;
  const { port } = await listening;
  const headers = { authorization: `Bearer ${sender}` };
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/groups`, { headers });
  // The only group: the key and length of the entry, then those of its id.
  const list = Buffer.from(await answer.arrayBuffer()).toString('hex');
  const group = list.slice(list.indexOf('0a10') + 4).slice(0, 32);
  const sockets = [];
  for (let i = 0; i < count; i += 50)
    sockets.push(...(await Promise.all(members.slice(i, i + 50).map((token) => open(port, token)))));
  const server = { port, pid: child.pid, token: sender, group };
  const rows = new Map(options.scenarios.split(',').map((scenario) => [scenario, []]));
  for (let round = 0; round < Number(options.rounds); round++)
    for (const [scenario, own] of rows) own.push(await play(server, scenario));
  for (const [scenario, own] of rows) {
    const of = (field) => median(own.map((row) => row[field]));
    const whole = (field) => Math.round(of(field)).toLocaleString('en');
    lines.push([
      `${storage}, ${scenario}`,
      whole('perCpuSecond'),
      whole('perSecond'),
      of('p50').toFixed(1),
      of('p99').toFixed(1),
      of('busy').toFixed(2),
      Math.max(...own.map((row) => row.missing)),
    ]);
  }
  for (const socket of sockets) socket.destroy();
  await end(child);
}
const head = [
  'scenario',
  'deliveries per CPU second',
  'per second',
  'p50 ms',
  'p99 ms',
  'server busy',
  'missing',
];
say(`\n${count} open streams of one group\n\n${table(head, lines)}`);
say(
  `\nLoad averages when it ended: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}.`,
);
process.exit();
