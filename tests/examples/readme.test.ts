import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ROOT } from '../house/support/entries.js';
import { readPage } from '../house/support/markdown.js';
import { ExampleProcess } from '../support/example-process.js';
import { SockProbe } from '../support/sock-probe.js';

// Below the repository's top, so that the package's name means the source.
const parent = join(ROOT, 'tests/examples/.run');
mkdirSync(parent, { recursive: true });
const folder = mkdtempSync(join(parent, 'readme-'));
let running: ExampleProcess | undefined;

afterEach(async () => {
  await running?.kill();
  rmSync(parent, { recursive: true, force: true });
});

it.each(['README.md', 'docs/get-started.md'])('the first code of %s runs', async (page) => {
  const { blocks } = readPage(readFileSync(join(ROOT, page), 'utf8'));
  const code = blocks.find((block) => block.language === 'ts')?.code ?? '';
  expect(code.split('\n').filter((line) => line !== '').length).toBeLessThan(24);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'server.ts');
  // A free port, a file of its own, and word of where it listens.
  const own = code
    .replace('listen(8080)', 'listen(0)')
    .replace("'chat.sqlite'", JSON.stringify(join(folder, 'chat.sqlite')));
  expect(own).not.toContain('8080');
  writeFileSync(
    file,
    `${own}\nserver.on('listening', () => console.log(\`http://localhost:\${(server.address() as { port: number }).port}\`));\n`,
  );
  running = new ExampleProcess(relative(ROOT, file));
  const ann = await SockProbe.login(`ws://localhost:${await running.port()}/sock`, 'client-of-ann', 'Ann');
  ann.say('hello');
  await ann.next('the echo', (packet) => packet[0] === '2' && packet[3] === 'hello');
  if (code.includes("chat.on('message'")) {
    await running.says(/Ann hello/);
    await running.stop();
    expect(await ann.closed).toBe(1012);
  }
});
