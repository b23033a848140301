/** How long a text is as an SMS, in the segments that are paid for. Pure; the backend counts the same way. */

/** The alphabet of GSM 03.38, and what costs two of its places. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENDED = new Set('\f^{}\\[~]|€');

export interface Length {
  /** Whether a sign outside of the alphabet makes all of it Unicode: far fewer fit. */
  unicode: boolean;
  /** Those signs, each once, in the order of their coming. */
  foreign: string[];
  /** Places that are taken. */
  units: number;
  segments: number;
  /** Places that are left in the last segment. */
  left: number;
}

/** Places in a message of one segment, and in each of several. */
const ROOM = { gsm: [160, 153], unicode: [70, 67] } as const;

/** Sizes are put into segments one after another: a sign of two places is never torn. */
function pack(sizes: readonly number[], room: number): { segments: number; left: number } {
  let segments = 1;
  let left = room;
  for (const size of sizes) {
    if (size > left) {
      segments += 1;
      left = room;
    }
    left -= size;
  }
  return { segments, left };
}

export function lengthOf(text: string): Length {
  const signs = [...text];
  const foreign = [...new Set(signs.filter((sign) => !BASIC.has(sign) && !EXTENDED.has(sign)))];
  const unicode = foreign.length > 0;
  const sizes = signs.map((sign) => (unicode ? sign.length : EXTENDED.has(sign) ? 2 : 1));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [one, each] = ROOM[unicode ? 'unicode' : 'gsm'];
  return { unicode, foreign, units, ...pack(sizes, units <= one ? one : each) };
}
