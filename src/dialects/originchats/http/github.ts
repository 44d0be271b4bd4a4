/** A field of something parsed; `undefined` if it is nothing that has fields. */
function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null && Object.hasOwn(of, name)
    ? (of as Record<string, unknown>)[name]
    : undefined;
}

function text(of: unknown, name: string, most: number): string | undefined {
  const value = field(of, name);
  return typeof value === 'string' && value !== '' ? [...value].slice(0, most).join('') : undefined;
}

/** Commits that are listed; the rest is counted. */
const listed = 10;

/** A push that GitHub tells of, as an embed; `undefined` if it is none (section 9). */
export function pushEmbed(event: string | null, payload: unknown): Record<string, unknown> | undefined {
  const repository = field(payload, 'repository');
  const ref = text(payload, 'ref', 200);
  if (event !== 'push' || typeof repository !== 'object' || repository === null || ref === undefined)
    return undefined;
  const given = field(payload, 'commits');
  const commits: readonly unknown[] = Array.isArray(given) ? given : [];
  const where = `${text(repository, 'full_name', 100) ?? text(repository, 'name', 100) ?? 'repository'}`;
  const branch = ref.replace(/^refs\/(heads|tags)\//, '');
  const many = commits.length === 1 ? '1 new commit' : `${commits.length} new commits`;
  const lines = commits.slice(0, listed).map(lineOf);
  if (commits.length > listed) lines.push(`… and ${commits.length - listed} more`);
  const url = text(payload, 'compare', 2_048) ?? text(repository, 'html_url', 2_048);
  const pusher = text(field(payload, 'sender'), 'login', 100) ?? text(field(payload, 'pusher'), 'name', 100);
  const icon = text(field(payload, 'sender'), 'avatar_url', 2_048);
  return {
    type: 'rich',
    title: [...`[${where}:${branch}] ${many}`].slice(0, 256).join(''),
    description: lines.join('\n'),
    ...(url === undefined ? {} : { url }),
    ...(pusher === undefined
      ? {}
      : { author: { name: pusher, ...(icon === undefined ? {} : { icon_url: icon }) } }),
  };
}

function lineOf(commit: unknown): string {
  const id = text(commit, 'id', 7) ?? '';
  const url = text(commit, 'url', 200);
  const [first = ''] = (text(commit, 'message', 100) ?? '').split('\n');
  const author = text(field(commit, 'author'), 'name', 50);
  const name = url === undefined ? `\`${id}\`` : `[\`${id}\`](${url})`;
  return author === undefined ? `${name} ${first}` : `${name} ${first} — ${author}`;
}
