/**
 * Browsers cap the height of an element (about 17 million pixels in one, 33 in others), and a million rows are taller than that.
 * Past `MAX_HEIGHT` the scrollbar moves over a shorter *physical* height, and these map between it and the *logical* one.
 */

/** Pixels; under every engine's cap. */
export const MAX_HEIGHT = 15_000_000;

export interface Scale {
  /** The height of all rows. */
  logical: number;
  /** The height of the element that scrolls. */
  physical: number;
  /** The height that is seen at once. */
  viewport: number;
}

export const scaleOf = (logical: number, viewport: number): Scale => ({
  logical,
  physical: Math.min(logical, MAX_HEIGHT),
  viewport,
});

export const isScaled = (scale: Scale): boolean => scale.physical < scale.logical;

const travel = (height: number, viewport: number): number => Math.max(0, height - viewport);

export function toLogical(top: number, scale: Scale): number {
  if (!isScaled(scale)) return top;
  return (top / travel(scale.physical, scale.viewport)) * travel(scale.logical, scale.viewport);
}

export function toPhysical(offset: number, scale: Scale): number {
  if (!isScaled(scale)) return offset;
  return (offset / travel(scale.logical, scale.viewport)) * travel(scale.physical, scale.viewport);
}

export const clampOffset = (offset: number, scale: Scale): number =>
  Math.max(0, Math.min(offset, travel(scale.logical, scale.viewport)));

/** The offset that brings a row wholly into view, moving as little as possible. */
export function reveal(index: number, rowHeight: number, offset: number, viewport: number): number {
  const top = index * rowHeight;
  if (top < offset) return top;
  if (top + rowHeight > offset + viewport) return top + rowHeight - viewport;
  return offset;
}
