// The load client of the join storm: everybody connects, logs in, and goes on into one of many channels.

import sockchat from '../drivers/sockchat.mjs';
import { cpuMs } from '../lib/process.mjs';
import { gather } from './crowd.mjs';

const { count, channels, port, pid, atOnce } = JSON.parse(process.argv[2]);
const driver = {
  ...sockchat,
  async login(conn) {
    await sockchat.login(conn);
    const channel = 1 + (conn.index % channels);
    conn.send(`2\t${conn.index + 1}\t/join c${channel}`);
    await conn.until('5\t2');
    conn.heat(() => {});
  },
};
const before = cpuMs(pid);
const started = performance.now();
const conns = await gather({ count, atOnce, port, driver });
const seconds = (performance.now() - started) / 1000;
const closed = conns.filter((conn) => conn.closed).length;
process.send({
  kind: 'stormed',
  row: { count, channels, seconds, cpuSeconds: (cpuMs(pid) - before) / 1000, closed },
});
process.on('disconnect', () => process.exit());
