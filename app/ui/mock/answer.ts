/** How the mock answers: a route is a method, a path, and what it does. */
export type Answer = { status: number; body?: unknown };
export type Handler = (call: {
  params: string[];
  query: URLSearchParams;
  body: unknown;
  bytes: number;
}) => Answer;
export type Route = [string, RegExp, Handler];

export const ok = (body: unknown, status = 200): Answer => ({ status, body });
export const no = (
  status: number,
  code: string,
  detail: string,
  params: Record<string, string> = {},
): Answer => ({
  status,
  body: { type: `about:blank`, title: code, status, code, detail, params },
});

export const page = <T>(all: T[], query: URLSearchParams): Answer => {
  const from = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const next = from + limit < all.length ? String(from + limit) : null;
  return ok({ items: all.slice(from, from + limit), next, total: all.length });
};
