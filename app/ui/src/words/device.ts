/** What a browser calls itself, in words: which browser, on which system. Anything else is shown as it stands. */
import { m } from '../paraglide/messages';

/** The first that fits: most browsers also name those that they are like. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const named = (all: readonly (readonly [RegExp, string])[], device: string): string | undefined =>
  all.find(([sign]) => sign.test(device))?.[1];

export function deviceName(device: string): string {
  if (device.trim() === '') return m.device_unknown();
  const [browser, system] = [named(BROWSERS, device), named(SYSTEMS, device)];
  return browser && system ? m.device_on({ browser, system }) : (browser ?? device);
}
