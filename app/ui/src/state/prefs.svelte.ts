/** What the person chose for this machine: language and theme. Remembered; never sent anywhere. */
import { baseLocale, isLocale, overwriteGetLocale, type Locale } from '../paraglide/runtime';

export type Theme = 'system' | 'light' | 'dark';

const LOCALE = 'satu.locale';
const THEME = 'satu.theme';

const remembered = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Storage may be switched off; then the choice lasts as long as the window.
  }
};
const remember = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* see above */
  }
};

const firstLocale = (): Locale => {
  const stored = remembered(LOCALE);
  return stored !== null && isLocale(stored) ? stored : baseLocale;
};
const firstTheme = (): Theme => {
  const stored = remembered(THEME);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
};

class Prefs {
  #locale = $state<Locale>(firstLocale());
  #theme = $state<Theme>(firstTheme());

  get locale(): Locale {
    return this.#locale;
  }
  set locale(locale: Locale) {
    this.#locale = locale;
    remember(LOCALE, locale);
    this.show();
  }

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    remember(THEME, theme);
    this.show();
  }

  /** Puts both on the document. */
  show(): void {
    document.documentElement.lang = this.#locale;
    if (this.#theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.#theme;
  }
}

export const prefs = new Prefs();

// Every message reads the locale through this, so that switching it redraws what is on screen without a reload.
overwriteGetLocale(() => prefs.locale);
