/** What the person chose for this machine: language and theme. Remembered; never sent anywhere. */
import { baseLocale, isLocale, overwriteGetLocale, type Locale } from '../paraglide/runtime';
import { forGood } from './storage';

export type Theme = 'system' | 'light' | 'dark';

const LOCALE = 'satu.locale';
const THEME = 'satu.theme';

const firstLocale = (): Locale => {
  const stored = forGood.get(LOCALE);
  return stored !== null && isLocale(stored) ? stored : baseLocale;
};
const firstTheme = (): Theme => {
  const stored = forGood.get(THEME);
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
    forGood.set(LOCALE, locale);
    this.show();
  }

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    forGood.set(THEME, theme);
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
