/**
 * The text by which a candidate consents, under the name that is kept with her word. Whoever changes the text in `messages/*.json` gives it
 * a new name: a test holds the two together.
 */
export const CONSENT = '2026-11';
