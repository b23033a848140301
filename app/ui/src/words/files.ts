/** What a file is called that somebody saves, without its ending. The backend keeps to the same rule (`backend/src/api/attachment.rs`). */
const MOST = 120;

/** Without what a file system does not take. */
export function plainName(words: string): string {
  const kept = [...words.replace(/[\u0000-\u001f\u007f-\u009f/\\:*?"<>|]/g, '')].slice(0, MOST).join('');
  return kept.replace(/^[ .]+|[ .]+$/g, '') || 'satu';
}

/** A file's name without its ending. */
export const stemOf = (file: string): string => file.replace(/\.[^.]+$/, '');
