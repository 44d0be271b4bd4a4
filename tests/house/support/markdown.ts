/** A fenced block of code in a Markdown file. */
export interface Block {
  /** First word after the fence, in lower case: `ts`, `sh`, or empty. */
  language: string;
  /** The rest of the line after the first word. */
  remark: string;
  /** Line number of the block's first line of code, from 1. */
  line: number;
  code: string;
}

export interface Link {
  target: string;
  line: number;
}

export interface Page {
  blocks: Block[];
  links: Link[];
  /** Names that `#…` links can point to. */
  anchors: Set<string>;
}

const FENCE = /^\s*(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/;

/** Splits a Markdown file into its code blocks, links and headings. Links inside code do not count. */
export function readPage(text: string): Page {
  const page: Page = { blocks: [], links: [], anchors: new Set() };
  let open: { fence: string; block: Block; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (open !== undefined) {
      if (fence !== null && fence[2] === '' && fence[1]?.startsWith(open.fence)) {
        page.blocks.push({ ...open.block, code: open.lines.join('\n') });
        open = undefined;
      } else {
        open.lines.push(line);
      }
    } else if (fence !== null) {
      const block = {
        language: (fence[2] ?? '').toLowerCase(),
        remark: fence[3] ?? '',
        line: index + 2,
        code: '',
      };
      open = { fence: fence[1] ?? '```', block, lines: [] };
    } else {
      readLine(page, line, index + 1);
    }
  }
  if (open !== undefined) throw new Error(`the code block at line ${open.block.line - 1} is never closed`);
  return page;
}

function readLine(page: Page, line: string, number: number): void {
  const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
  if (heading !== undefined) addAnchor(page.anchors, heading);
  for (const [, name = ''] of line.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) page.anchors.add(name);
  const prose = line.replace(/(`+)(?!`).*?[^`]?\1(?!`)/g, '');
  for (const [, target = ''] of prose.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g)) {
    page.links.push({ target, line: number });
  }
  const reference = /^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/.exec(prose)?.[1];
  if (reference !== undefined) page.links.push({ target: reference, line: number });
}

/** The anchor that hosts of Markdown give a heading: lower case, no punctuation, hyphens for spaces, a number when repeated. */
function addAnchor(anchors: Set<string>, heading: string): void {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
  const slug = plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
  let anchor = slug;
  for (let repeat = 1; anchors.has(anchor); repeat++) anchor = `${slug}-${repeat}`;
  anchors.add(anchor);
}
