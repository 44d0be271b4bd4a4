import { afterEach, expect, it } from 'vitest';
import { memory } from '../../../src/adapters/storage/memory.js';
import type { Storage } from '../../../src/core/ports.js';
import { clientFrame, start, stopAll, until } from '../../support/echo-client.js';
import type { EchoOptions } from '../../support/echo-dialect.js';

afterEach(stopAll);

/** A chat whose protocol throws at one place while `on` is set, and what it reported. */
async function breakable(place: Parameters<NonNullable<EchoOptions['broken']>>[0], limits = {}) {
  const fault = { on: false };
  const broken: EchoOptions['broken'] = (at) => {
    if (fault.on && at === place) throw new Error(`broken ${place}`);
  };
  const running = await start({ echo: { broken, limits } });
  const errors: string[] = [];
  running.chat.on('error', (error) => errors.push(error.code));
  return { ...running, fault, errors };
}

it('a frame whose decoder throws costs its sender the connection, and nobody else', async () => {
  const { member, client, fault, errors } = await breakable('decode');
  const good = await member('good');
  const bad = client();
  await bad.next('hello');
  fault.on = true;
  bad.send({ do: 'address' });
  expect(await bad.next('goodbye')).toEqual({ goodbye: 'handler-failed' });
  await bad.close();
  fault.on = false;
  good.send({ do: 'say', text: 'still here' });
  await good.next('message');
  expect(errors).toEqual(['handler-failed']);
});

it('a handler that throws costs its sender the connection, and nobody else', async () => {
  const { member, client, errors } = await breakable('decode');
  const good = await member('good');
  const bad = client();
  bad.send({ do: 'crash' });
  bad.send({ do: 'address' });
  expect(await bad.next('goodbye')).toEqual({ goodbye: 'handler-failed' });
  await bad.close();
  expect(bad.log).toHaveLength(2);
  good.send({ do: 'say', text: 'still here' });
  await good.next('message');
  expect(errors).toEqual(['handler-failed']);
});

it('a greeting that throws costs the connection only', async () => {
  const { client, fault, errors, chat } = await breakable('open');
  fault.on = true;
  await client().close();
  fault.on = false;
  await client().next('hello');
  expect(errors).toEqual(['handler-failed']);
  await until('the one', () => chat.health().connections === 1);
});

it('a goodbye that throws still ends the connection', async () => {
  const { client, fault, errors, chat } = await breakable('goodbye', { framesBeforeLogin: 1 });
  const one = client();
  await one.next('hello');
  fault.on = true;
  one.send({ do: 'address' });
  one.send({ do: 'address' });
  expect((await one.close()).code).toBe(1011);
  expect(errors).toEqual(['handler-failed']);
  await until('end', () => chat.health().connections === 0);
});

it('a sweep that throws for one connection goes on for the others', async () => {
  const { client, fault, errors, chat } = await breakable('tick', { loginMs: 1_500 });
  const one = client();
  await one.next('hello');
  fault.on = true;
  await one.next('goodbye');
  fault.on = false;
  const two = client();
  expect(await two.next('goodbye')).toEqual({ goodbye: 'login-timeout' });
  await until('end of both', () => chat.health().connections === 0);
  expect(errors).toEqual(['handler-failed']);
});

it('a connection that is over is not listened to, even while storage keeps it open', async () => {
  let hang = false;
  const storage = memory();
  const slow: Storage = new Proxy(storage, {
    get(target, name) {
      if (name === 'commit' && hang) return () => new Promise(() => {});
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const one = await start({ chat: { storage: slow } });
  const raw = await one.raw();
  await raw.upgrade();
  hang = true;
  void one.chat.channels.create({ name: 'later' }).catch(() => {});
  await until('write that hangs', () => one.chat.health().waiting > 0);
  const before = one.chat.health().waiting;
  raw.socket.write(Buffer.concat(Array.from({ length: 5_000 }, () => clientFrame('{"do":"address"}'))));
  await until('goodbye', () => one.chat.health().waiting > before + 20);
  await new Promise((resolve) => setImmediate(resolve));
  // 20 answers, the goodbye and the close.
  expect(one.chat.health().waiting).toBe(before + 22);
});
