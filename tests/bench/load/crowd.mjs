// Connects and logs in many connections, a few at a time.
import { Conn } from '../lib/conn.mjs';

/** Ports of one address do not suffice for more than this many connections to one server. */
const perAddress = 5_000;

/**
 * @param count how many
 * @param from the index of the first
 * @param atOnce how many logins may be under way
 */
export async function gather({ count, from = 0, atOnce, port, driver }) {
  const conns = [];
  let next = from;
  async function one() {
    while (next < from + count) {
      const conn = new Conn(next++);
      conn.driver = driver.of?.(conn.index) ?? driver;
      const localAddress = `127.0.0.${1 + Math.floor(conn.index / perAddress)}`;
      await conn.connect({ port, path: conn.driver.path, localAddress });
      await conn.driver.login(conn);
      conns[conn.index - from] = conn;
    }
  }
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, one));
  return conns;
}
