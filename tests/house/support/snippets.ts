import { join } from 'node:path';
import ts from 'typescript';
import { ENTRIES, ROOT } from './entries.js';

export interface Snippet {
  /** Where it stands, for people: `README.md:12`. */
  at: string;
  /** Line number of its first line in that file, from 1. */
  line: number;
  code: string;
}

/**
 * Type-checks pieces of code, each as a module of its own, against the source: `polylect` and its subpaths mean the
 * files of entries.json. Nothing is written to disk.
 *
 * @returns one line per mistake: `README.md:12 says what`.
 */
export function typeErrors(snippets: readonly Snippet[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  options.paths = Object.fromEntries(
    ENTRIES.map(({ specifier, source }) => [specifier, [join(ROOT, source)]]),
  );
  options.noEmit = true;

  const virtual = new Map(
    snippets.map((snippet, index) => [join(ROOT, `docs/.snippet-${index}.ts`), snippet]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  // The empty export makes a module of code that imports nothing; it stands last, so that line numbers stay true.
  const textOf = (snippet: Snippet) => `${snippet.code}\nexport {};\n`;
  host.fileExists = (path) => virtual.has(path) || fileExists.call(host, path);
  host.readFile = (path) => {
    const snippet = virtual.get(path);
    return snippet === undefined ? readFile.call(host, path) : textOf(snippet);
  };
  host.getSourceFile = (path, ...rest) => {
    const snippet = virtual.get(path);
    return snippet === undefined
      ? getSourceFile.call(host, path, ...rest)
      : ts.createSourceFile(path, textOf(snippet), ts.ScriptTarget.Latest, true);
  };

  const program = ts.createProgram([...virtual.keys()], options, host);
  return [...virtual].flatMap(([path, snippet]) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map((item) => {
      const offset = file?.getLineAndCharacterOfPosition(item.start ?? 0).line ?? 0;
      const [page] = snippet.at.split(':');
      return `${page}:${snippet.line + offset} ${ts.flattenDiagnosticMessageText(item.messageText, ' ')}`;
    });
  });
}
