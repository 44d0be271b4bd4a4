// Writes the `exports` map of package.json from entries.json: one row per entry whose source file exists.
//   node scripts/exports.mjs           rewrites package.json
//   node scripts/exports.mjs --check   changes nothing, fails when package.json differs
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const check = process.argv.includes('--check');
const entries = JSON.parse(readFileSync('entries.json', 'utf8'));
const text = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(text);

const map = {};
for (const [subpath, source] of Object.entries(entries.exports)) {
  if (!existsSync(source)) {
    console.warn(`left out, ${source} does not exist: ${subpath}`);
    continue;
  }
  const output = subpath === '.' ? './dist/index' : `./dist/${subpath.slice(2)}`;
  map[subpath] = {
    import: { types: `${output}.d.ts`, default: `${output}.js` },
    require: { types: `${output}.d.cts`, default: `${output}.cjs` },
  };
}
map['./package.json'] = './package.json';

// `exports` keeps its place after `engines`, so that rewriting changes nothing else.
const wanted = {};
for (const [key, value] of Object.entries(manifest)) {
  if (key === 'exports') continue;
  wanted[key] = value;
  if (key === 'engines') wanted.exports = map;
}
wanted.exports ??= map;

const wantedText = `${JSON.stringify(wanted, null, 2)}\n`;
if (wantedText === text) {
  console.log('exports of package.json are up to date');
} else if (check) {
  const had = Object.keys(manifest.exports ?? {});
  const has = Object.keys(map);
  const missing = has.filter((subpath) => !had.includes(subpath));
  const extra = had.filter((subpath) => !has.includes(subpath));
  console.error(
    `package.json differs from entries.json and the source files: missing ${missing.join(', ') || 'none'}; ` +
      `without an entry or a source file ${extra.join(', ') || 'none'}; run: node scripts/exports.mjs`,
  );
  process.exitCode = 1;
} else {
  writeFileSync('package.json', wantedText);
  console.log('exports of package.json rewritten');
}
