import { afterEach, expect, it } from 'vitest';
import { ExampleProcess } from '../support/example-process.js';

let example: ExampleProcess;

afterEach(() => example.kill());

it('two people hold a conversation that the server cannot read', async () => {
  example = new ExampleProcess('examples/encrypted/server.ts');
  await example.exited;
  expect(
    example.said
      .replace(/:\d+\//, ':0/')
      .trim()
      .split('\n'),
  ).toEqual([
    'listening on http://localhost:0/talk',
    'alice: Is anybody listening?',
    'bob: Somebody carries it, but nobody can read it.',
    'alice: Even without a word from you, Bob?',
    'bob: Even then.',
    'the server keeps 8 messages and can read 0 of them',
  ]);
  expect(example.child.exitCode).toBe(0);
});
