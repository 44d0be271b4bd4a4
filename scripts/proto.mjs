// Writes src/dialects/conclave/gen/ from the .proto file beside it: plain types and the field tables of the codec.
//   node scripts/proto.mjs           rewrites it
//   node scripts/proto.mjs --check   changes nothing, fails when it differs
// Compiles with `protoc` where that is installed, otherwise with buf through npx; neither needs a network once it is there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary, isFieldSet } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';

const BUF = '@bufbuild/buf@1.75.0';
const FOLDER = 'src/dialects/conclave/proto';
const FILE = 'conclave.proto';
const OUTPUT = 'src/dialects/conclave/gen/messages.ts';

const check = process.argv.includes('--check');

function run(command, args, input) {
  const done = spawnSync(command, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'inherit'] });
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${done.error ?? `exit ${done.status}`}`);
  return done.stdout;
}

/** The file as the compiler understands it, comments included. */
function compiled() {
  const folder = mkdtempSync(join(tmpdir(), 'polylect-proto-'));
  const output = join(folder, 'set.binpb');
  try {
    if (spawnSync('protoc', ['--version']).status === 0) {
      run('protoc', [`-I${FOLDER}`, '--include_source_info', `--descriptor_set_out=${output}`, FILE]);
    } else {
      run('npx', ['--yes', BUF, 'build', FOLDER, '-o', output]);
    }
    const [file] = fromBinary(FileDescriptorSetSchema, readFileSync(output)).file;
    return file;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const file = compiled();
const comments = new Map(file.sourceCodeInfo.location.map((one) => [one.path.join(), one]));

function sentence(text) {
  const words = text.replace(/\s+/g, ' ').trim();
  if (words === '') return '';
  return `${words[0].toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/** The comment before a declaration, or the one behind it, as a docstring. */
function doc(path, indent = '') {
  const found = comments.get(path.join());
  const text = sentence(found?.leadingComments || found?.trailingComments || '');
  return text === '' ? '' : `${indent}/** ${text} */\n`;
}

/** Message types are numbered 4 and enums 5 in a file's descriptor, the parts of both 2. */
const PATH = { message: 4, enum: 5, part: 2 };

const KINDS = new Map(
  ['string', 'bytes', 'bool', 'uint32', 'uint64', 'int64', 'enum', 'message'].map((kind) => [
    FieldDescriptorProto_Type[kind.toUpperCase()],
    kind,
  ]),
);
const TYPES = {
  string: 'string',
  bytes: 'Uint8Array',
  bool: 'boolean',
  uint32: 'number',
  uint64: 'number',
  int64: 'number',
};

function bare(typeName) {
  return typeName.slice(file.package.length + 2);
}

function enumText(type, index) {
  const prefix = `${type.name.replace(/\B[A-Z]/g, '_$&').toUpperCase()}_`;
  const rows = type.value.map((value, at) => {
    if (!value.name.startsWith(prefix)) throw new Error(`${value.name} does not begin with ${prefix}`);
    const name = value.name.slice(prefix.length);
    return `${doc([PATH.enum, index, PATH.part, at], '  ')}  ${name}: ${value.number},\n`;
  });
  const about = doc([PATH.enum, index]);
  if (about === '') throw new Error(`${type.name} has no comment`);
  return `${about}export const ${type.name} = {
${rows.join('')}} as const;
/** A number of {@link ${type.name}:var}, or one that has no name yet. */
export type ${type.name} = number;
`;
}

const tables = new Set();
const { oneofIndex } = FieldDescriptorProtoSchema.field;

function fieldOf(message, field) {
  const kind = KINDS.get(field.type);
  const repeated = field.label === FieldDescriptorProto_Label.REPEATED;
  const oneof = isFieldSet(field, oneofIndex) ? message.oneofDecl[field.oneofIndex].name : undefined;
  // What the codec does not know must not come into the schema unnoticed.
  const known =
    kind !== undefined &&
    !field.proto3Optional &&
    (repeated ? kind === 'message' || kind === 'bytes' : (kind === 'message') === (oneof !== undefined));
  if (!known) throw new Error(`${message.name}.${field.name} is of a kind that the codec does not know`);
  const of = kind === 'message' ? bare(field.typeName) : undefined;
  if (of !== undefined && !tables.has(of))
    throw new Error(`${message.name} needs ${of}, which must come before it`);
  const type = TYPES[kind] ?? bare(field.typeName);
  return { no: field.number, name: field.jsonName, kind, of, repeated, oneof, type };
}

function fieldRow({ no, name, kind, of, repeated, oneof }) {
  const parts = [`no: ${no}`, `name: '${name}'`, `kind: '${kind}'`];
  if (of !== undefined) parts.push(`of: ${of}`);
  if (repeated) parts.push('repeated: true');
  if (oneof !== undefined) parts.push(`oneof: '${oneof}'`);
  return `    { ${parts.join(', ')} },\n`;
}

function messageText(message, index) {
  if (message.nestedType.length > 0 || message.enumType.length > 0)
    throw new Error(`${message.name} has types inside`);
  const fields = message.field.map((field) => fieldOf(message, field));
  tables.add(message.name);
  const members = fields.map(({ name, oneof, type, repeated }, at) => {
    if (oneof !== undefined) return '';
    const about = doc([PATH.message, index, PATH.part, at], '  ');
    return `${about}  readonly ${name}: ${repeated ? `readonly ${type}[]` : type};\n`;
  });
  for (const { name: oneof } of message.oneofDecl) {
    const cases = fields.filter((field) => field.oneof === oneof);
    const union = cases.map(
      ({ name, type }) => `    | { readonly case: '${name}'; readonly value: ${type} }\n`,
    );
    members.push(`  readonly ${oneof}:\n${union.join('')}    | undefined;\n`);
  }
  const about = doc([PATH.message, index]);
  if (about === '') throw new Error(`${message.name} has no comment`);
  const type =
    members.length === 0
      ? `export type ${message.name} = Record<string, never>;\n`
      : `export interface ${message.name} {\n${members.join('')}}\n`;
  const rows = [...fields].sort((one, other) => one.no - other.no).map(fieldRow);
  return `${about}${type}/** The fields of {@link ${message.name}:${members.length === 0 ? 'type' : 'interface'}}. */
export const ${message.name}: MessageSchema<${message.name}> = {
  name: '${message.name}',
  fields: [\n${rows.join('')}  ],
};
`;
}

if (file.syntax !== 'proto3') throw new Error(`${FILE} is not proto3`);
const parts = [...file.enumType.map(enumText), ...file.messageType.map(messageText)];
const draft = `// Written by \`node scripts/proto.mjs\` from ../proto/${FILE}. Do not edit.
import type { MessageSchema } from '../schema.js';

/** The package that all messages belong to. */
export const PACKAGE = '${file.package}';

${parts.join('\n')}`;
const wanted = run('npx', ['--no-install', 'biome', 'format', `--stdin-file-path=${OUTPUT}`], draft);

const had = readFileSync(OUTPUT, { encoding: 'utf8', flag: 'a+' });
if (had === wanted) console.log(`${OUTPUT} is up to date`);
else if (check) {
  console.error(`${OUTPUT} differs from ${FILE}; run: node scripts/proto.mjs`);
  process.exitCode = 1;
} else {
  writeFileSync(OUTPUT, wanted);
  console.log(`${OUTPUT} rewritten`);
}
