import { desktop } from './desktop';
import type { Platform } from './types';
import { web } from './web';

/** Tauri announces itself before the page's first script. */
const onDesktop = '__TAURI_INTERNALS__' in window;

export const platform: Platform = onDesktop ? desktop() : web();
export type { DropEvent, PickedFile, Platform } from './types';
