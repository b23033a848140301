import { beforeEach, describe, expect, it } from 'vitest';
import { prefs } from '../state/prefs.svelte';
import { deviceName } from './device';

prefs.show = () => undefined; // There is no document here.
beforeEach(() => (prefs.locale = 'id'));

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('a device', () => {
  it.each([
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36`,
      'Chrome di Windows',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
      'Edge di Windows',
    ],
    [`Mozilla/5.0 (Linux; Android 14) ${WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36`, 'Chrome di Android'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox di Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari di iOS',
    ],
    ['curl/8.9.1', 'curl/8.9.1'],
    ['', 'Perangkat tidak dikenal'],
  ])('%s', (device, said) => expect(deviceName(device)).toBe(said));
});
