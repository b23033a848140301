/** What a role may do: whatever those before it may, and more. Pure. */
import type { Role } from '../api/types';
import type { Route, Screen } from './route';

/** From the one that may least to the one that may most. */
export const ROLES: readonly Role[] = ['viewer', 'recruiter', 'admin'];

export const roleMay = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Where somebody is led who opens a screen that is not hers; null: it is. What was imported may be looked at by everybody. */
export function led(route: Pick<Route, 'screen' | 'id'>, may: (needed: Role) => boolean): Screen | null {
  if (route.screen === 'impor' && !route.id && !may('recruiter')) return 'pelamar';
  if (route.screen === 'tim' && !may('admin')) return 'pelamar';
  return null;
}
