/** What the browser keeps for a page. It may be switched off: then nothing is kept, and nothing fails. */
const kept = (storage: () => Storage) => ({
  get(key: string): string | null {
    try {
      return storage().getItem(key);
    } catch {
      return null;
    }
  },
  /** Keeps a value; null: none. */
  set(key: string, value: string | null): void {
    try {
      if (value === null) storage().removeItem(key);
      else storage().setItem(key, value);
    } catch {
      /* see above */
    }
  },
});

/** Until somebody clears it. */
export const forGood = kept(() => localStorage);
/** As long as the tab, also one that the system has put aside and loads again. */
export const forThisTab = kept(() => sessionStorage);
