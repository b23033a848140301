/** The lifecycle as the backend tells it: where each stage leads, and the standard reasons with their words. Asked for once. */
import { api } from '../api/client';
import type { Lifecycle, StatusReason, ReasonView, Stage, StageView } from '../api/types';
import { prefs } from './prefs.svelte';

class LifecycleState {
  #whole = $state.raw<Lifecycle | null>(null);
  #asked: Promise<void> | null = null;

  /** Resolves when it is there; a failure is the caller's, who may ask again. */
  load(): Promise<void> {
    this.#asked ??= api.lifecycle().then(
      (whole) => {
        this.#whole = whole;
      },
      (why: unknown) => {
        this.#asked = null;
        throw why;
      },
    );
    return this.#asked;
  }

  stage(stage: Stage): StageView | undefined {
    return this.#whole?.stages.find((one) => one.stage === stage);
  }

  /** Where `advance` leads from a stage. */
  next(stage: Stage): readonly Stage[] {
    return this.stage(stage)?.next ?? [];
  }

  /** A reason in the language of the screen; a code of another time as it stands. */
  words(code: StatusReason | string): string {
    const found: ReasonView | undefined = this.#whole?.reasons.find((one) => one.code === code);
    return found?.[prefs.locale] ?? code;
  }
}

export const lifecycle = new LifecycleState();
