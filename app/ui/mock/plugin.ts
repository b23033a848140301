/**
 * A Vite plugin that answers `/v1` from memory, for building screens without a backend. Development only; never in the build.
 *
 * What a file is called decides what it is: `glints…`, `jobstreet…`, `indeed…` or `asing…` (an unknown portal); a number of at
 * least three digits is its count of rows; `rusak`, `kosong` and `terkunci` are refused. `?kosong` in the page's address has no part
 * in it: start with `UI_MOCK=empty` for no data at all.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import type {
  Action,
  Application,
  DecisionRequest,
  ImportRow,
  ErasureRequest,
  LinkRequest,
  MappingChange,
} from '../src/api/types.ts';
import { no, ok, page, type Answer, type Route } from './answer.ts';
import { candidateRoutes } from './candidate.ts';
import { latest, open, reverse, say } from './duplicates.ts';
import { funnel } from './funnel.ts';
import { lifecycle } from './lifecycle.ts';
import { furnishOutreach, outreachRoutes } from './outreach.ts';
import { actorNow, note, refused, staffRoutes } from './staff.ts';
import {
  applications,
  batches,
  commit,
  decideClass,
  portals,
  read,
  recount,
  review,
  reviews,
  samples,
  start,
  tick,
  undo,
  withMatches,
  type Batch,
} from './store.ts';

const withBatch = (id: string | undefined, act: (batch: Batch) => Answer): Answer => {
  const batch = batches.get(id ?? '');
  return batch ? act(batch) : no(404, 'import.unknown', 'There is no such import.');
};

const hits = (q: string, ...words: (string | null | undefined)[]) =>
  words.some((word) => word?.toLowerCase().includes(q.toLowerCase()));

function rowsOf(batch: Batch, query: URLSearchParams): ImportRow[] {
  const [outcome, only, q] = [query.get('outcome'), query.get('only'), query.get('q')];
  return batch.rows.filter(
    (row) =>
      (!outcome || row.outcome === outcome) &&
      (!query.get('reason') || row.reason === query.get('reason')) &&
      (only !== 'problems' || row.problems.length > 0) &&
      (only !== 'repairs' || row.repairs.length > 0 || row.phones.some((p) => p.repairs.length > 0)) &&
      (only !== 'edited' || row.edited) &&
      (only !== 'undecided' || (row.outcome === 'review' && !row.decision)) &&
      (!q || hits(q, row.fields.full_name, row.fields.phone, row.fields.email, ...row.cells)),
  );
}

function decide(row: ImportRow, action: Action, application: string | null): void {
  row.decision =
    action === 'later' ? null : { action, application, by: 'HR Satu', at: new Date().toISOString() };
}

function edit(row: ImportRow, cells: Record<string, string>): void {
  for (const [key, value] of Object.entries(cells)) {
    row.cells[Number(key) - 1] = value;
    row.problems = row.problems.filter((problem) => problem.column !== Number(key));
    if (key === '2') row.fields.full_name = value;
    if (key === '3') {
      const value62 = `+62${value.replace(/\D/g, '').replace(/^(62|0)/, '')}`;
      row.fields.phone = value62;
      row.phones = [{ raw: value, value: value62, repairs: [], usable: true }];
    }
    if (key === '4') {
      row.fields.email = value;
      row.emails = [{ raw: value, value, repairs: [], usable: true }];
    }
    if (key === '5') row.fields.position = value;
    if (key === '6') row.fields.location = value;
  }
  row.edited = true;
  if (row.outcome === 'rejected' && row.fields.full_name && (row.fields.phone || row.fields.email)) {
    row.outcome = 'new';
    row.reason = null;
    row.problems = [];
  }
}

function map(batch: Batch, change: MappingChange): Answer {
  const { whole } = batch;
  for (const column of change.columns ?? []) {
    const known = whole.mapping.find((one) => one.column === column.column);
    if (known) Object.assign(known, column, { how: 'manual', score: 1 });
  }
  if (change.portal) whole.portal = change.portal;
  if (change.sheet) whole.sheet = change.sheet;
  if (change.header_row) whole.header_row = change.header_row;
  whole.needs_mapping = false;
  whole.state = 'reading';
  whole.progress = { phase: 'reading', done: 0, total: whole.rows };
  start(batch, 700, () => {
    whole.state = 'ready';
    recount(batch);
  });
  return ok(whole);
}

const summaryOf = (one: Application) => ({
  id: one.id,
  full_name: one.full_name ?? '',
  phone: one.phone ?? null,
  email: one.email ?? null,
  location: one.location ?? null,
  position: one.position ?? null,
  applied_at: one.applied_at ?? null,
  stage: one.stage,
  sub_state: one.sub_state,
  user_id: one.user_id,
  portals: [...new Set(one.sources.map((source) => source.portal))],
  created_at: one.created_at,
});

function applicants(query: URLSearchParams): Application[] {
  const [q, portal, stage, sub, batch] = ['q', 'portal', 'stage', 'sub_state', 'batch'].map((key) =>
    query.get(key),
  );
  return [...applications.values()].filter(
    (one) =>
      !one.erased_at &&
      (!q || hits(q, one.full_name, one.phone, one.email)) &&
      (!portal || one.sources.some((source) => source.portal === portal)) &&
      (!stage || one.stage === stage) &&
      (!sub || one.sub_state === sub) &&
      (!batch || one.sources.some((source) => source.batch === batch)),
  );
}

function upload(name: string, bytes: number): Answer {
  const refused = {
    rusak: 'file.truncated',
    kosong: 'file.empty',
    terkunci: 'file.encrypted',
    foto: 'file.not_a_table',
  };
  for (const [word, code] of Object.entries(refused))
    if (name.includes(word)) return no(422, code, `${name}: ${code}`, { file: name });
  return ok(read(name, bytes), 201);
}

const routes: Route[] = [
  ...candidateRoutes,
  ...staffRoutes,
  ...outreachRoutes,
  ['GET', /^\/v1\/meta$/, () => ok({ version: '0.1.0', shell: 'web', database: 'sqlite', actor: 'HR Satu' })],
  ['GET', /^\/v1\/portals$/, () => ok({ items: portals, next: null })],
  [
    'POST',
    /^\/v1\/portals$/,
    ({ body }) => {
      const { id, name } = body as { id: string; name: string };
      const portal = { id, name, columns: [], statuses: [], layouts: [], builtin: false };
      portals.push(portal);
      return ok(portal, 201);
    },
  ],
  ['GET', /^\/v1\/samples$/, () => ok({ items: samples, next: null })],
  [
    'POST',
    /^\/v1\/samples\/([^/]+)\/import$/,
    ({ params }) => upload(decodeURIComponent(params[0] ?? ''), 0),
  ],
  ['POST', /^\/v1\/imports$/, ({ query, bytes }) => upload(query.get('name') ?? 'berkas.csv', bytes)],
  [
    'GET',
    /^\/v1\/imports$/,
    ({ query }) =>
      page(
        [...batches.values()]
          .map(tick)
          .filter((one) => one.state !== 'discarded')
          .reverse(),
        query,
      ),
  ],
  ['GET', /^\/v1\/imports\/([^/]+)$/, ({ params }) => withBatch(params[0], (batch) => ok(tick(batch)))],
  [
    'DELETE',
    /^\/v1\/imports\/([^/]+)$/,
    ({ params }) => withBatch(params[0], (batch) => ((batch.whole.state = 'discarded'), { status: 204 })),
  ],
  [
    'PUT',
    /^\/v1\/imports\/([^/]+)\/mapping$/,
    ({ params, body }) => withBatch(params[0], (batch) => map(batch, body as MappingChange)),
  ],
  [
    'GET',
    /^\/v1\/imports\/([^/]+)\/rows$/,
    ({ params, query }) =>
      withBatch(params[0], (batch) => {
        const all = rowsOf(batch, query);
        const offset = Number(query.get('offset') ?? 0);
        return ok({
          items: all.slice(offset, offset + Number(query.get('limit') ?? 100)),
          total: all.length,
          offset,
        });
      }),
  ],
  [
    'GET',
    /^\/v1\/imports\/([^/]+)\/rows\/(\d+)$/,
    ({ params }) =>
      withBatch(params[0], (batch) => {
        const row = batch.rows[Number(params[1]) - 2];
        return row
          ? ok(withMatches(batch, row))
          : no(404, 'row.unknown', 'No such row.', { row: params[1] ?? '' });
      }),
  ],
  [
    'PATCH',
    /^\/v1\/imports\/([^/]+)\/rows\/(\d+)$/,
    ({ params, body }) =>
      withBatch(params[0], (batch) => {
        const row = batch.rows[Number(params[1]) - 2];
        if (!row) return no(404, 'row.unknown', 'No such row.', { row: params[1] ?? '' });
        edit(row, (body as { cells: Record<string, string> }).cells);
        recount(batch);
        return ok(withMatches(batch, row));
      }),
  ],
  [
    'POST',
    /^\/v1\/imports\/([^/]+)\/decisions$/,
    ({ params, body }) =>
      withBatch(params[0], (batch) => {
        const ask = body as DecisionRequest;
        const chosen = ask.rows
          ? ask.rows.flatMap((row) => batch.rows[row - 2] ?? [])
          : batch.rows.filter(
              (row) => row.outcome === 'review' && !row.decision && row.reason === ask.class?.reason,
            );
        const note = (): void => {
          for (const row of chosen) decide(row, ask.action, ask.application ?? null);
          recount(batch);
        };
        if (ask.class) {
          decideClass(batch, chosen.length, note);
          return ok({ decided: null, import: batch.whole }, 202);
        }
        note();
        return ok({ decided: chosen.length, import: batch.whole });
      }),
  ],
  [
    'POST',
    /^\/v1\/imports\/([^/]+)\/commit$/,
    ({ params }) => withBatch(params[0], (batch) => (commit(batch), ok(batch.whole, 202))),
  ],
  [
    'POST',
    /^\/v1\/imports\/([^/]+)\/cancel$/,
    ({ params }) =>
      withBatch(params[0], (batch) => {
        batch.work = null;
        batch.whole.progress = null;
        batch.whole.state = batch.whole.state === 'reading' ? 'discarded' : 'ready';
        return ok(batch.whole);
      }),
  ],
  [
    'POST',
    /^\/v1\/imports\/([^/]+)\/undo$/,
    ({ params }) => withBatch(params[0], (batch) => (undo(batch), ok(batch.whole, 202))),
  ],
  [
    'GET',
    /^\/v1\/reviews$/,
    ({ query }) =>
      page(
        reviews(query.get('state') === 'decided').filter(
          (one) =>
            (!query.get('reason') || one.row.reason === query.get('reason')) &&
            (!query.get('portal') || one.portal === query.get('portal')),
        ),
        query,
      ),
  ],
  [
    'GET',
    /^\/v1\/reviews\/([^/:]+):(\d+)$/,
    ({ params }) =>
      withBatch(params[0], (batch) => {
        const row = batch.rows[Number(params[1]) - 2];
        return row ? ok(review(batch, withMatches(batch, row))) : no(404, 'review.unknown', 'No such row.');
      }),
  ],
  [
    'POST',
    /^\/v1\/reviews\/([^/:]+):(\d+)\/decision$/,
    ({ params, body }) =>
      withBatch(params[0], (batch) => {
        const row = batch.rows[Number(params[1]) - 2];
        if (!row) return no(404, 'review.unknown', 'No such row.');
        const ask = body as { action: Action; application?: string };
        decide(row, ask.action, ask.application ?? null);
        recount(batch);
        batch.whole.waiting = batch.whole.undecided;
        return ok(review(batch, withMatches(batch, row)));
      }),
  ],
  [
    'GET',
    /^\/v1\/duplicates$/,
    ({ query }) => {
      const items = open().filter((one) => one.score >= Number(query.get('min') ?? 0));
      const search = {
        progress: null,
        searched_at: '2026-08-03T03:00:00Z',
        min: 0.5,
        compared: 48210,
        problem: null,
      };
      return ok({ search, items, next: null, total: items.length });
    },
  ],
  ['POST', /^\/v1\/duplicates\/(search|cancel)$/, () => ok({ progress: null }, 202)],
  ['GET', /^\/v1\/links$/, () => ok({ items: latest(), next: null })],
  [
    'POST',
    /^\/v1\/applications\/([^/]+)\/links$/,
    ({ params, body }) => ok(say(params[0] ?? '', body as LinkRequest), 201),
  ],
  [
    'POST',
    /^\/v1\/links\/([^/]+)\/reversal$/,
    ({ params }) => {
      const back = reverse(params[0] ?? '');
      return back ? ok(back, 201) : no(404, 'link.unknown', 'No such event.');
    },
  ],
  ['GET', /^\/v1\/lifecycle$/, () => ok(lifecycle())],
  ['GET', /^\/v1\/funnel$/, ({ query }) => funnel(query, applications.size === 0)],
  ['GET', /^\/v1\/applications$/, ({ query }) => page(applicants(query).map(summaryOf), query)],
  [
    'GET',
    /^\/v1\/applications\/([^/]+)$/,
    ({ params }) => {
      const one = applications.get(params[0] ?? '') ?? [...applications.values()][0];
      const retention = { retain_until: null, retained_for: 'unset' };
      return one ? ok({ ...one, retention }) : no(404, 'application.unknown', 'No such application.');
    },
  ],
  [
    'GET',
    /^\/v1\/applications\/([^/]+)\/accesses$/,
    ({ params }) => {
      const target = `/v1/applications/${params[0] ?? ''}`;
      const record = { actor: 'rina', staff: null, target, request: '', status: 200 };
      const looked = {
        ...record,
        id: 'access-1',
        at: '2026-09-18T03:12:00Z',
        action: 'GET /v1/applications/{id}',
      };
      return ok({ items: [looked], next: null });
    },
  ],
  [
    'POST',
    /^\/v1\/applications\/([^/]+)\/erase$/,
    ({ params, body }) => {
      const one = applications.get(params[0] ?? '');
      if (!one) return no(404, 'application.unknown', 'No such application.');
      if ((body as ErasureRequest).full_name !== one.full_name) {
        return no(400, 'request.invalid', 'That is not her name.');
      }
      const at = '2026-09-18T03:12:00Z';
      applications.set(one.id, { ...one, full_name: '', identifiers: [], sources: [], erased_at: at });
      return ok({ application: one.id, at, first: true, rows: one.sources.length, in_drafts: 0 });
    },
  ],
  ['GET', /^\/v1\/applications\/([^/]+)\/consents$/, () => ok({ items: [] })],
  [
    'GET',
    /^\/v1\/applications\/([^/]+)\/history$/,
    () =>
      ok({
        items: [
          {
            seq: 1,
            stage: 'SCREENING',
            sub_state: 'ACTIVE',
            reasons: [],
            actor: 'HR Satu',
            at: '2026-09-18T03:12:00Z',
          },
        ],
        next: null,
      }),
  ],
];

/** Some history to look at from the start. */
function furnish(): void {
  const past: [string, number][] = [
    ['jobstreet-september-180.csv', 9],
    ['glints-oktober-320.xlsx', 4],
    ['indeed-daycare-120.csv', 2],
  ];
  for (const [file, days] of past) {
    const whole = read(file, 0);
    const batch = batches.get(whole.id);
    if (!batch?.work) continue;
    batch.work.since = 0;
    tick(batch);
    commit(batch);
    if (batch.work) batch.work.since = 0;
    tick(batch);
    const at = new Date(Date.now() - days * 86_400_000).toISOString();
    whole.created_at = whole.committed_at = at;
  }
  const draft = batches.get(read('glints-november-96.xlsx', 0).id);
  if (draft?.work) {
    draft.work.since = 0;
    tick(draft);
  }
  furnishOutreach();
}

async function bodyOf(request: IncomingMessage): Promise<{ body: unknown; bytes: number }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (request.headers['content-type']?.includes('json')) chunks.push(chunk as Buffer);
  }
  return {
    body: chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as unknown) : null,
    bytes,
  };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = url.pathname.replaceAll('%3A', ':');
  const { body, bytes } = await bodyOf(request);
  const method = request.method ?? 'GET';
  const barred = refused(method, path);
  if (!barred && (url.pathname.startsWith('/v1/exports') || /\/(rejected|export)$/.test(url.pathname))) {
    response.writeHead(200, { 'content-type': 'text/csv' }).end('nama,telepon\n');
    return;
  }
  const actor = actorNow();
  const found = barred ? undefined : routes.find(([one, pattern]) => one === method && pattern.test(path));
  const answer = found
    ? found[2]({ params: (found[1].exec(path) ?? []).slice(1), query: url.searchParams, body, bytes })
    : (barred ?? no(404, 'route.unknown', 'No such route.'));
  // As the log of the real one names it: an id in a path is its route's {id}. Who is not let in stands in no log.
  if (!barred)
    note(
      method,
      path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '{id}'),
      path,
      answer.status,
      actor,
    );
  await new Promise((later) => setTimeout(later, 40));
  const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(answer.status, { 'content-type': type });
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}

export function mockApi(): Plugin {
  return {
    name: 'satu-mock-api',
    apply: 'serve',
    configureServer(server) {
      if (process.env['UI_MOCK'] !== 'empty') furnish();
      server.middlewares.use((request, response, next) => {
        if (!request.url?.startsWith('/v1/')) return next();
        handle(request, response).catch(next);
      });
    },
  };
}
