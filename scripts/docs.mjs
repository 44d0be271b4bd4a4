// Writes docs/events.md, docs/limits.md and the pages of dialects from the docstrings of the types they tell of, and from the
// table of commands; docs/dialects.md from what render tables make of everything that happens in a sample chat.
//   node scripts/docs.mjs           rewrites them
//   node scripts/docs.mjs --check   changes nothing, fails when one differs
import { readFileSync, writeFileSync } from 'node:fs';
import { tsImport } from 'tsx/esm/api';
import ts from 'typescript';

const check = process.argv.includes('--check');
const files = new Map();
const note = '<!-- Written by `node scripts/docs.mjs` from the source. Do not edit. -->';

function fileAt(path) {
  if (!files.has(path))
    files.set(path, ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  return files.get(path);
}

function declared(path, name) {
  const found = fileAt(path).statements.find((one) => {
    if (ts.isVariableStatement(one)) return one.declarationList.declarations[0].name.getText() === name;
    return one.name?.text === name;
  });
  if (found === undefined) throw new Error(`${path} declares no ${name}`);
  return found;
}

/** The docstring as one paragraph, with `{@link x}` as code. */
function docOf(node) {
  const text = ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? '')
    .join(' ');
  return text
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
}

function membersOf(node) {
  return node.members.filter((one) => ts.isPropertySignature(one) || ts.isMethodSignature(one));
}

/** A type as it stands, on one line. */
function typeText(node) {
  return node
    .getText()
    .replace(/\/\*\*.*?\*\//gs, '')
    .replace(/\breadonly /g, '')
    .replace(/\s+/g, ' ')
    .replace(/^\| /, '');
}

function cell(text) {
  return text.replace(/\|/g, '\\|');
}

/** A Markdown table with its columns in line, as the formatter of the repository's tables has it. */
function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(cell));
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(' | ')} |`;
  return [
    line(all[0]),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...all.slice(1).map(line),
  ].join('\n');
}

function fieldsTable(members) {
  const rows = members.map((one) => [
    `\`${one.name.getText()}\``,
    `\`${typeText(one.type)}\``,
    `${one.questionToken ? 'May be missing. ' : ''}${docOf(one)}`.trim(),
  ]);
  return table(['field', 'type', ''], rows);
}

/** The type of a field, or of a method as a function. */
function memberType(one) {
  if (!ts.isMethodSignature(one)) return typeText(one.type);
  const takes = one.parameters.map((each) => each.getText()).join(', ');
  return `(${takes}) => ${typeText(one.type)}`;
}

function optionsTable(members) {
  const rows = members.map((one) => [`\`${one.name.getText()}\``, `\`${memberType(one)}\``, docOf(one)]);
  return table(['option', 'type', ''], rows);
}

function shape(name, path) {
  const node = declared(path, name);
  const parts = [`### ${name}`, docOf(node)];
  if (ts.isInterfaceDeclaration(node)) parts.push(fieldsTable(membersOf(node)));
  else
    parts.push(
      [
        '```ts no-check a type as it stands in the source',
        `type ${name} = ${node.type.getText().replace(/\breadonly /g, '')};`,
        '```',
      ].join('\n'),
    );
  return parts.filter(Boolean).join('\n\n');
}

function events() {
  const map = [
    ...membersOf(declared('src/domain/events.ts', 'EventMap')),
    ...membersOf(declared('src/domain/users/link-events.ts', 'LinkEvents')),
    ...membersOf(declared('src/domain/members/events.ts', 'MembershipEvents')),
    ...membersOf(declared('src/domain/voice/events.ts', 'VoiceEvents')),
    ...membersOf(declared('src/domain/tokens/events.ts', 'TokenEvents')),
    ...membersOf(declared('src/domain/groups/events.ts', 'GroupEvents')),
  ];
  const [, own] = declared('src/emitter.ts', 'ChatEvents').type.types;
  const parts = map.map((one) =>
    [`### \`${one.name.getText()}\``, docOf(one), fieldsTable(one.type.members)].filter(Boolean).join('\n\n'),
  );
  for (const one of own.members) {
    const rows = one.type.parameters.map((each) => [
      `\`${each.name.getText()}\``,
      `\`${typeText(each.type)}\``,
    ]);
    parts.push([`### \`${one.name.getText()}\``, docOf(one), table(['argument', 'type'], rows)].join('\n\n'));
  }
  const shapes = [
    ['Person', 'src/domain/users/person.ts'],
    ['Author', 'src/domain/users/person.ts'],
    ['Message', 'src/domain/messages/messages.ts'],
    ['ChannelFacts', 'src/domain/channels/channels.ts'],
    ['MemberPolicy', 'src/domain/channels/channels.ts'],
    ['Membership', 'src/domain/members/members.ts'],
    ['DirectPerson', 'src/domain/directs/directs.ts'],
    ['Poll', 'src/domain/polls/polls.ts'],
    ['PollResults', 'src/domain/polls/polls.ts'],
    ['ReadMarks', 'src/domain/reads/reads.ts'],
    ['ThreadFacts', 'src/domain/threads/threads.ts'],
    ['GroupFacts', 'src/domain/groups/groups.ts'],
    ['GroupPerson', 'src/domain/groups/groups.ts'],
    ['Surroundings', 'src/domain/events.ts'],
    ['Entry', 'src/domain/lines/lines.ts'],
    ['Line', 'src/domain/lines/lines.ts'],
    ['LeaveReason', 'src/domain/lines/lines.ts'],
    ['Actor', 'src/domain/events.ts'],
  ].map(([name, path]) => shape(name, path));
  return [
    '# Events',
    note,
    readFileSync('scripts/docs/events.md', 'utf8').trim(),
    '## Each event',
    `Besides the fields below, each of the ${map.length} facts of the chat has \`type\`, its own name, and \`at\`, milliseconds since the Unix epoch.`,
    ...parts,
    '## Shapes',
    ...shapes,
  ].join('\n\n');
}

/** The numbers that an object literal gives its members; spreads of others are left out. */
function numbersOf(path, name) {
  const { initializer } = declared(path, name).declarationList.declarations[0];
  const numbers = new Map();
  for (const one of initializer.properties) {
    if (ts.isPropertyAssignment(one))
      numbers.set(one.name.getText(), Number(one.initializer.getText().replaceAll('_', '')));
  }
  return numbers;
}

/** Takes a docstring apart: `What it is. Default 1,000 ms. Beyond it: what happens.` */
function limitRow(member, numbers) {
  const name = member.name.getText();
  const doc = docOf(member);
  const found = /\bDefault ([\d,]+)(?: ([a-z][a-z ]*[a-z]))?(?:[,;] ([^.]+))?\./.exec(doc);
  if (found === null) return undefined;
  const [whole, given, unit = '', aside] = found;
  const value = Number(given.replaceAll(',', ''));
  if (numbers !== undefined && numbers.get(name) !== value)
    throw new Error(`${name}: the docstring says ${value}, the source ${numbers.get(name)}`);
  const beyond = /Beyond it: (.+?)\.?$/.exec(doc)?.[1] ?? '';
  const what = doc
    .replace(whole, aside === undefined ? '' : `${aside[0].toUpperCase()}${aside.slice(1)}.`)
    .replace(/Beyond it: .+$/, '');
  return [`\`${name}\``, given, unit, what.replace(/\s+/g, ' ').trim(), beyond];
}

function limitsTable(path, name, defaults) {
  const numbers = defaults === undefined ? undefined : numbersOf(path, defaults);
  const rows = membersOf(declared(path, name)).map((one) => limitRow(one, numbers));
  const left = rows.filter((row) => row !== undefined);
  if (numbers !== undefined && left.length !== rows.length)
    throw new Error(`${name} has a member without a default`);
  return table(['name', 'default', 'unit', 'what it limits', 'beyond it'], left);
}

function limits() {
  const text = readFileSync('scripts/docs/limits.md', 'utf8').trim();
  const filled = text.replace(/^\{\{(\S+) (\S+)(?: (\S+))?\}\}$/gm, (_, path, name, defaults) =>
    limitsTable(path, name, defaults),
  );
  return filled.replace('# Limits', `# Limits\n\n${note}`);
}

/** A page with tables of options: `{{fields <file> <interface>}}`. */
function optionsPage(path, title) {
  const text = readFileSync(path, 'utf8').trim();
  const filled = text.replace(/^\{\{fields (\S+) (\S+)\}\}$/gm, (_, file, name) =>
    optionsTable(membersOf(declared(file, name))),
  );
  return filled.replace(`# ${title}`, `# ${title}\n\n${note}`);
}

/** What each command of Venueless takes and needs. */
async function venueless() {
  const { commandTable } = await tsImport('../src/dialects/venueless/commands/index.ts', import.meta.url);
  const rows = commandTable.map(({ action, section, permission, fields }) => [
    `\`${action}\``,
    Object.keys(fields)
      .map((field) => `\`${field}\``)
      .join(', '),
    permission === undefined ? '' : `\`${permission}\``,
    section,
  ]);
  const commands = table(['command', 'takes', 'needs on the world', 'section'], rows);
  return optionsPage('scripts/docs/venueless.md', 'Venueless').replace('{{commands}}', commands);
}

/** What each dialect shows of each event, as its render table has it. */
async function dialects() {
  const { dialectMatrix } = await tsImport('./docs/dialects/matrix.ts', import.meta.url);
  const { matrix, silent } = await dialectMatrix(table);
  const text = readFileSync('scripts/docs/dialects.md', 'utf8').trim();
  return text
    .replace('{{matrix}}', () => matrix)
    .replace('{{silent}}', () => silent)
    .replace('# One community', `# One community\n\n${note}`);
}

const pages = {
  'docs/events.md': events(),
  'docs/limits.md': limits(),
  'docs/conclave.md': optionsPage('scripts/docs/conclave.md', 'Conclave'),
  'docs/originchats.md': optionsPage('scripts/docs/originchats.md', 'OriginChats'),
  'docs/venueless.md': await venueless(),
  'docs/dialects.md': await dialects(),
};
for (const [path, text] of Object.entries(pages)) {
  const wanted = `${text}\n`;
  let had = '';
  try {
    had = readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (had === wanted) console.log(`${path} is up to date`);
  else if (check) {
    console.error(`${path} differs from the source; run: node scripts/docs.mjs`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, wanted);
    console.log(`${path} rewritten`);
  }
}
