/**
 * The mock's team: nobody at first, so that the owner is here. The first one who is added ends that, as in the real one. Any digits are
 * right but `000000`; wrong passwords are counted by nobody.
 */
import type { AuditRecord, Member, Role, Staff, StaffSession } from '../src/api/types.ts';
import { no, ok, page, type Answer, type Route } from './answer.ts';

type Kept = Member & { password: string };

const team: Kept[] = [];
const log: AuditRecord[] = [];
/** Where somebody is signed in; the mock has one browser. */
let sessions: (StaffSession & { staff: string })[] = [];
let current: string | null = null;
let next = 1;

const now = (): string => new Date().toISOString();
const id = (): string => `0192c0de-0000-7000-9000-${String(next++).padStart(12, '0')}`;
const drawn = (): string =>
  Array.from({ length: 4 }, () => Math.random().toString(36).slice(2, 7).padEnd(5, 'x')).join('-');
const shown = ({ password: _, ...member }: Kept): Member => member;

const here = (): Kept | undefined => {
  const staff = sessions.find((one) => one.id === current)?.staff;
  return team.find((one) => one.id === staff && !one.disabled_at);
};
const view = (one: Kept): Staff => ({
  id: one.id,
  name: one.name,
  role: one.role,
  password_due: one.password_due,
  second_factor: one.second_factor,
});
const who = (): Staff | null => {
  const one = here();
  if (one) return view(one);
  return team.length > 0
    ? null
    : { id: null, name: 'owner', role: 'admin', password_due: false, second_factor: false };
};

const RANK: readonly Role[] = ['viewer', 'recruiter', 'admin'];
const needed = (method: string, path: string): Role => {
  if (path === '/v1/audit' || /^\/v1\/staff(\/[0-9a-f-]{36}(\/reset)?)?$/.test(path)) return 'admin';
  const own = path.startsWith('/v1/staff/');
  return own || (method === 'GET' && !/^\/v1\/exports|\/export$/.test(path)) ? 'viewer' : 'recruiter';
};

/** Why a request is not let in; null: it is. */
export function refused(method: string, path: string): Answer | null {
  if (method === 'POST' && path === '/v1/staff/session') return null;
  // What a candidate asks for is no matter of the team.
  if (/^\/v1\/(registration|register|otp|login|logout|pin|token|me)(\/|$)/.test(path)) return null;
  const asks = who();
  if (!asks) return no(401, 'staff.signed_out', 'Sign in first.');
  if (asks.password_due && !path.startsWith('/v1/staff/'))
    return no(403, 'staff.password_due', 'Choose your own password first.');
  const role = needed(method, path);
  if (RANK.indexOf(asks.role) < RANK.indexOf(role))
    return no(403, 'staff.role', `This needs the role ${role}.`, { needed: role, role: asks.role });
  return null;
}

const write = (actor: string, action: string, target: string, status: number): unknown =>
  log.unshift({ id: id(), at: now(), actor, staff: null, action, target, request: '', status });
/** Writes what is done of the team itself. */
const done = (action: string, target: string, actor = who()?.name ?? '?'): unknown =>
  write(actor, `staff.${action}`, target, 200);

/** Writes what was asked for. */
export function note(
  method: string,
  route: string,
  path: string,
  status: number,
  actor: string | null,
): void {
  const kept = method !== 'GET' || ['/v1/audit', '/v1/exports/applications'].includes(path);
  if (kept && actor) write(actor, `${method} ${route}`, path, status);
}
export const actorNow = (): string | null => who()?.name ?? null;

const member = (wanted: string | undefined, act: (one: Kept) => Answer): Answer => {
  const one = team.find((other) => other.id === wanted);
  return one ? act(one) : no(404, 'staff.unknown', 'Nobody has that id.');
};
const herself = (password: string, act: (one: Kept) => Answer): Answer => {
  const one = here();
  if (!one) return no(409, 'staff.owner', 'The owner has no password.');
  return one.password === password ? act(one) : no(401, 'staff.wrong', 'The password is wrong.');
};
const lastAdmin = (one: Kept): boolean =>
  one.role === 'admin' && team.filter((other) => other.role === 'admin' && !other.disabled_at).length === 1;

function add(name: string, role: Role): Answer {
  if (!/^[a-z0-9._@-]{2,64}$/.test(name)) return no(422, 'staff.name', 'That cannot be a name.');
  if (team.some((one) => one.name === name)) return no(409, 'staff.taken', 'Taken.', { name });
  if (team.length === 0 && role !== 'admin') return no(422, 'staff.first_is_admin', 'The first is an admin.');
  const one: Kept = {
    id: id(),
    name,
    role,
    second_factor: false,
    password_due: true,
    disabled_at: null,
    made_by: who()?.name ?? '?',
    made_at: now(),
    password: drawn(),
  };
  done('add', `${name} ${role}`);
  team.push(one);
  return ok({ member: shown(one), password: one.password }, 201);
}

function change(one: Kept, body: { role?: Role; disabled?: boolean }): Answer {
  const falls = body.disabled === true || (body.role !== undefined && body.role !== 'admin');
  if (falls && lastAdmin(one)) return no(409, 'staff.last_admin', 'She is the last one.', { name: one.name });
  if (body.role) {
    one.role = body.role;
    done('role', `${one.name} ${one.role}`);
  } else done(body.disabled ? 'disable' : 'enable', one.name);
  if (body.disabled !== undefined) one.disabled_at = body.disabled ? now() : null;
  if (body.disabled) sessions = sessions.filter((session) => session.staff !== one.id);
  return ok(shown(one));
}

function reset(one: Kept): Answer {
  done('reset', one.name);
  Object.assign(one, { password: drawn(), password_due: true, second_factor: false });
  sessions = sessions.filter((session) => session.staff !== one.id);
  return ok({ member: shown(one), password: one.password });
}

function signIn(body: { name: string; password: string; digits?: string }): Answer {
  const one = team.find((other) => other.name === body.name.trim().toLowerCase());
  if (!one || one.disabled_at || one.password !== body.password)
    return no(401, 'staff.wrong', 'The name or the password is wrong.');
  if (one.second_factor && !body.digits) return no(401, 'staff.needs_digits', 'Give the digits, too.');
  if (one.second_factor && body.digits === '000000') return no(401, 'staff.wrong_digits', 'Wrong.');
  current = id();
  const device = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36';
  done('sign_in', device, one.name);
  sessions.unshift({ id: current, staff: one.id, device, begun_at: now(), used_at: now() });
  return ok(view(one));
}

function choose(one: Kept, password: string): Answer {
  if ([...password].length < 15) return no(422, 'password.short', 'Too short.');
  if (password === one.password) return no(422, 'password.same', 'She has it.');
  if (new Set(password).size < 6) return no(422, 'password.pattern', 'A pattern.');
  if (password.toLowerCase().includes(one.name)) return no(422, 'password.name', 'The name is in it.');
  Object.assign(one, { password, password_due: false });
  sessions = sessions.filter((session) => session.staff !== one.id || session.id === current);
  return { status: 204 };
}

/** Looks like a QR code, and is none. */
const PICTURE = [
  'iVBORw0KGgoAAAANSUhEUgAAACUAAAAlAQAAAADt5R2uAAAAsklEQVR42mP4DwQ/GDDJDwJ+ByoYvl/Kj69g+BJbGQgkg1lA',
  'ZADjRaD43Yr7FQwfxB4A1fz/LA1U/03QvOUHw+/l9/b+YPghu+XED4YvecqWQJXBChoVDN+C3nH8YPjD7ugAFHm6D2R+zS8d',
  'oF6RksgfDB+jL7D+YPguoWn/g+HXiSxhoPif1oNANeL9V4HiN2WSgPbGLeUBkjEXRIAmR3abAM25ES8EdIOQ3YoKBhy+AACZ',
  'MX1xG4BnBgAAAABJRU5ErkJggg==',
].join('');

export const staffRoutes: Route[] = [
  ['GET', /^\/v1\/staff\/session$/, () => ok(who())],
  [
    'POST',
    /^\/v1\/staff\/session$/,
    ({ body }) => signIn(body as { name: string; password: string; digits?: string }),
  ],
  [
    'DELETE',
    /^\/v1\/staff\/session$/,
    () => {
      sessions = sessions.filter((one) => one.id !== current);
      return { status: 204 };
    },
  ],
  [
    'POST',
    /^\/v1\/staff\/password$/,
    ({ body }) => {
      const { old_password, new_password } = body as { old_password: string; new_password: string };
      return herself(old_password, (one) => choose(one, new_password));
    },
  ],
  [
    'POST',
    /^\/v1\/staff\/second-factor\/offer$/,
    ({ body }) =>
      herself((body as { password: string }).password, (one) =>
        one.second_factor
          ? no(409, 'staff.second_factor', 'End it first.')
          : ok({
              secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
              address: 'otpauth://totp/Satu',
              picture: PICTURE,
            }),
      ),
  ],
  [
    'POST',
    /^\/v1\/staff\/second-factor(\/end)?$/,
    ({ params, body }) => {
      const { password, digits } = body as { password: string; digits?: string };
      return herself(password, (one) => {
        if (digits === '000000') return no(401, 'staff.wrong_digits', 'Wrong.');
        one.second_factor = params[0] === undefined;
        return { status: 204 };
      });
    },
  ],
  [
    'GET',
    /^\/v1\/staff\/sessions$/,
    () => ok({ items: sessions.filter((one) => one.staff === here()?.id), next: null }),
  ],
  [
    'DELETE',
    /^\/v1\/staff\/sessions\/([^/]+)$/,
    ({ params }) => {
      sessions = sessions.filter((one) => one.id !== params[0]);
      return { status: 204 };
    },
  ],
  [
    'GET',
    /^\/v1\/staff$/,
    () => ok({ items: [...team].sort((a, b) => (a.name < b.name ? -1 : 1)).map(shown), next: null }),
  ],
  [
    'POST',
    /^\/v1\/staff$/,
    ({ body }) => {
      const { name, role } = body as { name: string; role: Role };
      return add(name.trim().toLowerCase(), role);
    },
  ],
  [
    'PATCH',
    /^\/v1\/staff\/([^/]+)$/,
    ({ params, body }) =>
      member(params[0], (one) => change(one, body as { role?: Role; disabled?: boolean })),
  ],
  ['POST', /^\/v1\/staff\/([^/]+)\/reset$/, ({ params }) => member(params[0], reset)],
  [
    'GET',
    /^\/v1\/audit$/,
    ({ query }) => {
      const [actor, target] = [query.get('actor'), query.get('target')];
      return page(
        log.filter((one) => (!actor || one.actor === actor) && (!target || one.target.includes(target))),
        query,
      );
    },
  ],
];
