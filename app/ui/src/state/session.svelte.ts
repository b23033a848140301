/**
 * Who is signed in, and so what is on screen: the app, the way in, or the choice of a password. Any answer of the API may say that
 * this has changed; the client tells of it here.
 */
import { api } from '../api/client';
import { ApiError, onBarred } from '../api/transport';
import type { Member, Role, SignIn, Staff } from '../api/types';
import { chosen } from './chosen.svelte';
import { imports } from './imports.svelte';
import { roleMay } from './roles';

/** `asking`: the first answer is awaited. */
export type Place = 'asking' | 'sign-in' | 'password' | 'app';
/** How often somebody is asked for who gives no answer at the start. */
const AGAIN_MS = 3_000;

class Session {
  /** None: nobody, or nobody knows yet. */
  who = $state.raw<Staff | null>(null);
  /** Why the way in is shown again: the session is over; or the owner has just added the first one. */
  why = $state<'over' | 'first' | null>(null);
  #place = $state<'asking' | 'out' | 'in'>('asking');
  /** A password is on screen that is shown once: nothing takes it away before it is closed. */
  #held = false;
  #left = false;
  /** Whose work is on the screens, and the name to sign in with again. */
  #last: Pick<Staff, 'id' | 'name'> | null = null;

  get place(): Place {
    if (this.#place === 'asking') return 'asking';
    if (this.#place === 'out') return 'sign-in';
    return this.who?.password_due ? 'password' : 'app';
  }
  /** Nobody was added yet: whoever is here owns the database, and has no password. */
  get isOwner(): boolean {
    return this.who !== null && this.who.id == null;
  }
  get lastName(): string {
    return this.#last?.id ? this.#last.name : '';
  }

  /** While nobody has answered who is here, everything is offered but the team, as to an owner: the API refuses by itself. */
  may(needed: Role): boolean {
    return this.place === 'app' && roleMay(this.who?.role ?? 'recruiter', needed);
  }

  /** Asks who is here. Whoever cannot be asked locks nobody out: the screens say what is wrong, and it is asked again. */
  async start(): Promise<void> {
    try {
      this.#enter(await api.session());
    } catch (why) {
      if (!(why instanceof ApiError)) throw why;
      if (this.#place === 'out' || why.problem.code === 'staff.signed_out') return;
      this.#place = 'in';
      if (!this.who) setTimeout(() => void this.start(), AGAIN_MS);
    }
  }

  async signIn(shown: SignIn): Promise<void> {
    this.#enter(await api.signIn(shown));
  }

  async signOut(): Promise<void> {
    await api.signOut();
    this.#leave(null);
  }

  /** She has chosen a password of her own. */
  chosen(): void {
    if (this.who) this.who = { ...this.who, password_due: false };
  }

  secondFactor(has: boolean): void {
    if (this.who) this.who = { ...this.who, second_factor: has };
  }

  /** A password that is shown once is about to be on screen: until `release`, nobody is led away from it. */
  hold(): void {
    this.#held = true;
  }

  /** It is closed. `first`: the first one, whom the owner has added, and who signs in now. */
  release(first?: Pick<Member, 'id' | 'name'>): void {
    const left = this.#left;
    this.#held = this.#left = false;
    if (first) {
      this.#last = first;
      this.#leave('first');
    } else if (left) this.barred('staff.signed_out');
  }

  /** An answer said that she is not let in. */
  barred(code: string): void {
    if (code === 'staff.role') {
      // She was offered what is not hers: somebody has changed her role since.
      if (this.#place === 'in') void this.start();
    } else if (code === 'staff.password_due') {
      if (this.who) this.who = { ...this.who, password_due: true };
      else if (this.#place === 'in') void this.start();
    } else if (this.#held) this.#left = true;
    else if (this.#place !== 'out') this.#leave(this.who ? 'over' : null);
  }

  #enter(who: Staff): void {
    // What another one had open is none of hers.
    if (this.#last && this.#last.id !== who.id) {
      imports.closeAll();
      chosen.clear();
    }
    // What was asked for in vain meanwhile is asked again.
    imports.lost.clear();
    this.#last = this.who = who;
    this.why = null;
    this.#place = 'in';
  }

  #leave(why: 'over' | 'first' | null): void {
    this.who = null;
    this.why = why;
    this.#place = 'out';
    if (!why) {
      this.#last = null;
      imports.closeAll();
      chosen.clear();
    }
  }
}

export const session = new Session();
onBarred((code) => session.barred(code));

/** Whether whoever is here may do what needs this role. */
export const may = (needed: Role): boolean => session.may(needed);
