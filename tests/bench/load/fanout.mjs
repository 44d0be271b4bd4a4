// The load client of the fan-out scenarios. It keeps all servers' members connected and plays short windows, one server after the other,
// so that whatever else the machine does hits all of them alike. Told what to do by messages of the parent:
//   { kind: 'gather', target, port, pid, driver, count }    answers { kind: 'gathered' }
//   { kind: 'play', target, scenario, warmMs, windowMs }    answers { kind: 'played', row }
// Scenario wK: K messages under way in the whole room; rR: R messages a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, writeCalls } from '../lib/process.mjs';
import { gather } from './crowd.mjs';

// All frames of a delivery are equally long, or all texts are, whatever stands around them.
const { frameBytes, textBytes, senders } = JSON.parse(process.argv[2]);
const filler =
  'the quick brown fox jumps over a lazy dog while seven wizards bake bread and hum along to it '.repeat(20);
const mark = Buffer.from('@#');
/** Eight to the power of two. */
const hist = new Float64Array(400);
const sentAt = new Float64Array(1 << 16);
const rooms = new Map();
let delivered = 0;
let enough = Number.POSITIVE_INFINITY;
let onEnough = () => {};
let lastBytes = 0;

function onMessage(conn, buffer, start, end) {
  if (conn.driver.ignores?.(buffer, start)) return;
  const at = buffer.indexOf(mark, start);
  if (at < 0 || at >= end) return conn.driver.other?.(conn, buffer, start, end);
  let seq = 0;
  for (let i = at + 2; i < at + 9; i++) seq = seq * 10 + buffer[i] - 48;
  const us = (performance.now() - sentAt[seq & 65535]) * 1000;
  hist[us < 1 ? 0 : Math.floor(Math.log2(us) * 8)]++;
  lastBytes = end - start;
  if (++delivered >= enough) onEnough();
}

function percentile(share) {
  const total = hist.reduce((sum, count) => sum + count, 0);
  let passed = 0;
  for (let i = 0; i < hist.length; i++) {
    passed += hist[i];
    if (passed >= total * share) return 2 ** ((i + 0.5) / 8) / 1000;
  }
  return Number.NaN;
}

async function gatherRoom({ target, port, pid, driver: file, count }) {
  const { default: driver } = await import(`../drivers/${file}.mjs`);
  const started = performance.now();
  const conns = await gather({ count, atOnce: 64, port, driver });
  for (const conn of conns) conn.heat(onMessage);
  rooms.set(target, { conns, pid });
  await sleep(1500);
  process.send({ kind: 'gathered', target, ms: performance.now() - started });
}

async function play({ target, scenario, warmMs, windowMs }) {
  const { conns, pid } = rooms.get(target);
  const members = conns.length;
  const step = Math.floor(members / Math.min(senders, members));
  delivered = 0;
  let sent = 0;
  let isOver = false;
  const sendOne = () => {
    const seq = sent++;
    const index = (seq % Math.min(senders, members)) * step;
    const conn = conns[index];
    const { driver } = conn;
    const text = `@#${String(seq % 10_000_000).padStart(7, '0')} ${filler}`.slice(
      0,
      textBytes ?? frameBytes - driver.overhead(index),
    );
    sentAt[seq & 65535] = performance.now();
    conn.send(driver.encode(text, index, conn));
  };
  const amount = Number(scenario.slice(1));
  enough = Number.POSITIVE_INFINITY;
  if (scenario[0] === 'w') {
    onEnough = () => {
      enough = Number.POSITIVE_INFINITY;
      if (isOver) return;
      const whole = Math.floor(delivered / members);
      while (sent - whole < amount) sendOne();
      enough = (whole + 1) * members;
    };
    onEnough();
  } else {
    const began = performance.now();
    const timer = setInterval(() => {
      if (isOver) return clearInterval(timer);
      const due = Math.floor(((performance.now() - began) * amount) / 1000);
      while (sent < due) sendOne();
    }, 1);
  }
  const mayStop = performance.now() + 8_000;
  await sleep(warmMs);
  hist.fill(0);
  const look = () => ({
    at: performance.now(),
    delivered,
    cpu: cpuMs(pid),
    writes: writeCalls(pid),
    own: process.cpuUsage(),
  });
  const a = look();
  await sleep(windowMs);
  const b = look();
  isOver = true;
  const row = { p50: percentile(0.5), p99: percentile(0.99) };
  while (delivered < sent * members && performance.now() < mayStop) await sleep(10);
  const seconds = (b.at - a.at) / 1000;
  const cpuSeconds = (b.cpu - a.cpu) / 1000;
  const deliveries = b.delivered - a.delivered;
  process.send({
    kind: 'played',
    row: {
      target,
      scenario,
      members,
      deliveries,
      perCpuSecond: deliveries / cpuSeconds,
      usEach: (cpuSeconds * 1e6) / deliveries,
      perSecond: deliveries / seconds,
      perWrite: deliveries / (b.writes - a.writes),
      ...row,
      serverBusy: cpuSeconds / seconds,
      clientBusy: (b.own.user + b.own.system - a.own.user - a.own.system) / 1e6 / seconds,
      missing: sent * members - delivered,
      closed: conns.filter((conn) => conn.closed).length,
      frameBytes: lastBytes,
    },
  });
}

process.on('message', (message) => {
  if (message.kind === 'gather') return gatherRoom(message);
  if (message.kind === 'play') return play(message);
});
process.on('disconnect', () => process.exit());
process.send({ kind: 'ready' });
