// The load client of the join storm and of idle memory. Members connect, log in, and where there are channels go on into one of them.
// Told by messages of the parent: { kind: 'gather', from, count } answers { kind: 'gathered', seconds, cpuSeconds, closed }.
import { cpuMs } from '../lib/process.mjs';
import { gather } from './crowd.mjs';

const { driver: file, channels, port, pid, atOnce } = JSON.parse(process.argv[2]);
const { default: plain } = await import(`../drivers/${file}.mjs`);
const driver = {
  ...plain,
  async login(conn) {
    await plain.login(conn);
    if (plain.join !== undefined) await plain.join(conn, `c${1 + (conn.index % channels)}`);
    conn.heat(() => {});
  },
};
const everybody = [];

process.on('message', async ({ from, count }) => {
  const cpu = cpuMs(pid);
  const started = performance.now();
  everybody.push(...(await gather({ count, from, atOnce, port, driver })));
  const seconds = (performance.now() - started) / 1000;
  const closed = everybody.filter((conn) => conn.closed).length;
  process.send({ kind: 'gathered', seconds, cpuSeconds: (cpuMs(pid) - cpu) / 1000, closed });
});
process.on('disconnect', () => process.exit());
process.send({ kind: 'ready' });
