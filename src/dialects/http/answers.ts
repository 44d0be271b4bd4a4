/** Headers of every answer: web apps come from origins of their own. */
const cors: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS, POST',
  'access-control-allow-headers': 'Content-Type, Authorization, Range',
  'access-control-expose-headers': 'Content-Length, Content-Type, Cache-Control',
};

/** An answer that pages of any origin may read. */
export function answer(
  body: BodyInit | null,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { ...cors, ...headers } });
}

export function json(value: object, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return answer(JSON.stringify(value), status, { 'content-type': 'application/json', ...headers });
}

/** An error, in one word or in words. */
export function failed(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return json({ error }, status, headers);
}

/** Whether a request says that its body is JSON. */
export function saysJson(request: Request): boolean {
  const type = request.headers.get('content-type') ?? '';
  return (type.split(';')[0] ?? '').trim().toLowerCase() === 'application/json';
}
