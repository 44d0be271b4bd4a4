import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExampleProcess } from '../support/example-process.js';
import { needs } from '../support/needs.js';
import { SockProbe } from '../support/sock-probe.js';

const hasExpress = (() => {
  try {
    createRequire(new URL('../../examples/own-users/server.ts', import.meta.url)).resolve('express');
    return true;
  } catch {
    return false;
  }
})();

describe.runIf(needs('express', hasExpress, 'the package express is not installed'))('own users', () => {
  let example: ExampleProcess;
  let port: number;

  beforeEach(async () => {
    example = new ExampleProcess('examples/own-users/server.ts');
    port = await example.port();
  });

  afterEach(() => example.kill());

  const ask = (path: string, init: RequestInit = {}) => fetch(`http://localhost:${port}${path}`, init);
  const logIn = async (name: string, password: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await ask('/login', {
      method: 'POST',
      headers,
      body: JSON.stringify({ name, password }),
    });
    return { status: response.status, ...((await response.json()) as { token?: string }) };
  };
  const chatUrl = () => `ws://localhost:${port}/chat`;

  it('lets the people of the application into the chat, and nobody else', async () => {
    expect(await logIn('ann', 'wrong')).toMatchObject({ status: 401 });
    const { token = '' } = await logIn('ann', 'correct horse');
    const ann = await SockProbe.login(chatUrl(), 'Bearer', token);
    expect(ann.fields.find((packet) => packet[0] === '1')?.slice(0, 6)).toEqual([
      '1',
      'y',
      '1',
      'ann',
      'inherit',
      '5 1 0 0 0',
    ]);
    expect(await (await ask('/online')).json()).toEqual([{ id: '1', name: 'ann' }]);

    const stranger = await SockProbe.open(chatUrl());
    stranger.knock('Bearer', `${token}x`);
    await stranger.next('the refusal', (packet) => packet[1] === 'n' && packet[2] === 'authfail');
    expect(example.said).not.toContain(token);
  });

  it('takes whoever deletes their account out of the chat', async () => {
    const [ann, bea] = [await logIn('ann', 'correct horse'), await logIn('bea', 'battery staple')];
    const left = await SockProbe.login(chatUrl(), 'Bearer', bea.token ?? '');
    const stays = await SockProbe.login(chatUrl(), 'Bearer', ann.token ?? '');
    const headers = { authorization: `Bearer ${bea.token}` };
    expect((await ask('/me', { method: 'DELETE', headers })).status).toBe(204);
    await stays.next(
      'the end',
      (packet) => packet[0] === '3' && packet[2] === 'bea' && packet[3] === 'leave',
    );
    await left.closed;
    await example.says(/bea \(2\) has left for good/);
    expect((await ask('/me', { method: 'DELETE', headers })).status).toBe(401);
  });

  it('ends in good order', async () => {
    const { token = '' } = await logIn('ann', 'correct horse');
    const ann = await SockProbe.login(chatUrl(), 'Bearer', token);
    await example.stop();
    expect(await ann.closed).toBe(1012);
    expect(example.child.exitCode).toBe(0);
  });
});
