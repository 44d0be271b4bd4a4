import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';

/** What one part of `src/` may import besides itself. */
interface Row {
  /** Parts, or path patterns below `src/`, that may be imported as values and types. */
  values: readonly (string | RegExp)[];
  /** Parts that may be imported as types only. */
  types: readonly string[];
  /** Packages that may be imported, or `all` that package.json declares. */
  packages: readonly string[] | 'all';
  /** Whether `node:` modules may be imported. */
  node: boolean;
}

/** Which way imports run. A part that is not in this table may not exist. */
const TABLE: Readonly<Record<string, Row>> = {
  core: { values: [], types: [], packages: ['eventemitter3'], node: false },
  domain: { values: ['core'], types: [], packages: ['unhomoglyph'], node: false },
  delivery: { values: ['core'], types: [], packages: [], node: false },
  dialects: { values: ['domain', 'core'], types: ['delivery'], packages: 'all', node: false },
  adapters: { values: ['core'], types: [], packages: 'all', node: true },
  'adapters/auth': { values: ['core'], types: ['domain'], packages: 'all', node: true },
  'adapters/sockets': { values: ['core'], types: ['delivery'], packages: 'all', node: true },
  client: {
    values: [/^dialects\/[^/]+\/(codec|packets|text|notices|client)\.ts$/, /^dialects\/client-link\.ts$/],
    types: [],
    packages: ['eventemitter3', 'isomorphic-ws'],
    node: false,
  },
  testing: { values: ['core'], types: [], packages: [], node: true },
  import: {
    values: ['domain', 'core', /^dialects\/[^/]+\/permissions\.ts$/],
    types: [],
    packages: [],
    node: true,
  },
  host: { values: ['domain', 'core'], types: [], packages: [], node: false },
  upkeep: { values: ['domain', 'core'], types: [], packages: [], node: false },
  // What `chat.ts` is put together of, and the settings that all of it reads.
  wiring: {
    values: ['domain', 'core', 'delivery', 'dialects', 'adapters', /^(options|health)\.ts$/],
    types: [],
    packages: [],
    node: false,
  },
  cli: {
    values: ['import', 'core', 'domain', 'dialects', 'adapters'],
    types: [],
    packages: 'all',
    node: true,
  },
};

/** The files directly in `src/`, and subpath entries called `index.ts` or `*-entry.ts`, wire the parts together. */
const WIRING: Row = { values: Object.keys(TABLE), types: [], packages: 'all', node: false };

/** Files outside adapters and testing that may import a `node:` module, each with the reason. */
const NODE_EXCEPTIONS: Readonly<Record<string, { modules: readonly string[]; reason: string }>> = {
  'domain/access/password.ts': {
    modules: ['node:crypto'],
    reason: 'a keyed hash is a pure function of its arguments, and rules must have it in the same turn',
  },
};

/** The names of dialects, which core and domain must not know. */
const DIALECT_NAMES = /sock[ _-]?chat|origin[ _-]?chats|venueless|conclave/i;

const MAX_LINES = 400;
/** What a script writes is long where its source is, and nobody edits it. */
const GENERATED = /\/gen\//;

interface Import {
  specifier: string;
  typeOnly: boolean;
  line: number;
}

/** Everything a file refers to by module name: static, type-only and dynamic imports, re-exports, `require`, `new URL(…, import.meta.url)`. */
export function importsOf(path: string, text: string): Import[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    found.push({ specifier: specifier.text, typeOnly, line });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, isTypeOnlyImport(node.importClause));
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true);
    } else if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const loads =
        callee.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(callee) && callee.text === 'require') ||
        (ts.isPropertyAccessExpression(callee) && callee.name.text === 'getBuiltinModule');
      if (loads) add(node, node.arguments[0], false);
    } else if (ts.isNewExpression(node) && node.expression.getText(file) === 'URL') {
      if (node.arguments?.[1]?.getText(file) === 'import.meta.url') add(node, node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `import type …`, and `import { type A, type B }`: with `verbatimModuleSyntax` the latter still loads the module, so it does not count. */
function isTypeOnlyImport(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

/** The table's row for a path below `src/`, the longest name first. */
function partOf(path: string): string | undefined {
  return Object.keys(TABLE)
    .sort((a, b) => b.length - a.length)
    .find((part) => path.startsWith(`${part}/`));
}

/** Folders of `dialects` that are shared by all of them. */
const SHARED = new Set(['http']);

/** `dialects/sockchat/codec.ts` → `sockchat`; undefined for files shared by all dialects. */
function dialectOf(path: string): string | undefined {
  const folder = /^dialects\/([^/]+)\//.exec(path)?.[1];
  return folder === undefined || SHARED.has(folder) ? undefined : folder;
}

/** Resolves a relative import to a path below `src/`, or undefined when it leaves `src/`. */
function resolveInside(from: string, specifier: string): string | undefined {
  const path = posix.normalize(posix.join(posix.dirname(from), specifier)).replace(/\.js$/, '.ts');
  return path.startsWith('..') ? undefined : path;
}

/** The folder of `src/` that a path below it lies in; `chat` for the files right in it. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'chat';
}

/** Which folder imports from which: `from to`, by whether values are among it or types alone. */
export function realArrows(sources: Project['sources']): Map<string, 'values' | 'types'> {
  const arrows = new Map<string, 'values' | 'types'>();
  for (const [path, text] of sources) {
    if (path.endsWith('.test.ts')) continue;
    for (const { specifier, typeOnly } of importsOf(path, text)) {
      const target = specifier.startsWith('.') ? resolveInside(path, specifier) : undefined;
      const [from, to] = [folderOf(path), folderOf(target ?? path)];
      const arrow = `${from} ${to}`;
      if (from !== to && arrows.get(arrow) !== 'values') arrows.set(arrow, typeOnly ? 'types' : 'values');
    }
  }
  return arrows;
}

/** Whether the table lets one folder import values, or types, of another. */
export function isAllowed(from: string, to: string, what: 'values' | 'types'): boolean {
  const target = to === 'chat' ? 'options.ts' : `${to}/`;
  return Object.entries({ ...TABLE, chat: WIRING }).some(([part, { values, types }]) => {
    if (folderOf(`${part}/`) !== from) return false;
    const named = values.some((rule) =>
      typeof rule === 'string' ? rule === to : rule.test(target) || rule.source.startsWith(`^${to}\\/`),
    );
    return named || (what === 'types' && types.includes(to));
  });
}

export interface Project {
  /** Source text by path below `src/`. */
  sources: ReadonlyMap<string, string>;
  /** Paths below `src/` of the subpath entries. */
  entries: ReadonlySet<string>;
  /** Packages a host gets or may add: dependencies and peer dependencies. */
  packages: ReadonlySet<string>;
}

/** Every breach of the rules above, as `file:line says what`. Unit tests (`*.test.ts`) may import what they like. */
export function breaches(project: Project): string[] {
  const found: string[] = [];
  for (const [path, text] of project.sources) {
    if (path.endsWith('.test.ts')) continue;
    found.push(...shapeBreaches(path, text));
    const part = partOf(path);
    if (part === undefined && path.includes('/')) {
      found.push(`${path} is in a folder that the table of parts does not know`);
      continue;
    }
    const wires =
      part === undefined || (project.entries.has(path) && /(^|[/-])(index|entry)\.ts$/.test(path));
    const own = TABLE[part ?? ''] ?? WIRING;
    const row = wires ? { ...WIRING, node: own.node } : own;
    for (const item of importsOf(path, text)) {
      const why = breach(project, path, part, row, item);
      if (why !== undefined) found.push(`${path}:${item.line} ${why}`);
    }
  }
  return found;
}

function breach(
  project: Project,
  path: string,
  part: string | undefined,
  row: Row,
  item: Import,
): string | undefined {
  const { specifier } = item;
  if (isBuiltin(specifier)) {
    if (!specifier.startsWith('node:')) return `imports '${specifier}' without the node: prefix`;
    if (row.node || NODE_EXCEPTIONS[path]?.modules.includes(specifier)) return undefined;
    return `imports ${specifier}; only adapters and testing may`;
  }
  if (!specifier.startsWith('.')) return packageBreach(project, row, specifier, part);
  const target = resolveInside(path, specifier);
  if (target === undefined) return `imports ${specifier}, which is outside src`;
  if (target.endsWith('.test.ts')) return `imports the test ${target}`;
  const [from, to] = [dialectOf(path), dialectOf(target)];
  if (from !== undefined && to !== undefined && from !== to)
    return `imports ${target}, which is another dialect`;
  if (from === undefined && to !== undefined && part === 'dialects') {
    return `imports ${target}, but is shared by all dialects`;
  }
  const targetPart = partOf(target);
  // Adapters of one kind may share files with each other; `adapters/sockets` is a part of `adapters`.
  if (targetPart !== undefined && targetPart.split('/')[0] === part?.split('/')[0]) return undefined;
  const allowed = row.values.some((rule) =>
    typeof rule === 'string' ? target.startsWith(`${rule}/`) : rule.test(target),
  );
  if (allowed || (part === undefined && targetPart === undefined)) return undefined;
  if (row.types.some((rule) => target.startsWith(`${rule}/`))) {
    return item.typeOnly ? undefined : `imports ${target} as a value; ${part} may only \`import type\` it`;
  }
  return `imports ${target}; ${part} may not`;
}

function packageBreach(project: Project, row: Row, specifier: string, part?: string): string | undefined {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (!project.packages.has(name)) return `imports ${name}, which package.json does not declare for hosts`;
  if (row.packages === 'all' || row.packages.includes(name)) return undefined;
  return `imports the package ${name}; ${part} may not`;
}

function shapeBreaches(path: string, text: string): string[] {
  const found: string[] = [];
  const lines = text.trimEnd().split('\n').length;
  if (lines > MAX_LINES && !GENERATED.test(path))
    found.push(`${path} has ${lines} lines, limit ${MAX_LINES}`);
  const vague = path.split('/').find((name) => /^(misc|utils?|common|helpers)(\.ts)?$/.test(name));
  if (vague !== undefined) found.push(`${path}: '${vague}' says nothing about what is inside`);
  if (/^(core|domain)\//.test(path)) {
    if (DIALECT_NAMES.test(path)) found.push(`${path} is called after a dialect`);
    found.push(...dialectNames(path, text));
  }
  return found;
}

/**
 * Names of dialects in the code of one file. Comments may have them: a comment that says which document or client a
 * rule was taken from is wanted, and cannot make the code behave differently for one dialect.
 */
function dialectNames(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const named = ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || isText(node) ? node.text : '';
    if (DIALECT_NAMES.test(named)) {
      const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
      found.push(`${path}:${line} names a dialect: ${named}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isText(node: ts.Node): node is ts.LiteralLikeNode {
  return ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
}
