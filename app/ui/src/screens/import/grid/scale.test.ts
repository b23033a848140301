import { describe, expect, it } from 'vitest';
import { clampOffset, isScaled, MAX_HEIGHT, reveal, scaleOf, toLogical, toPhysical } from './scale';

const ROW = 36;
const VIEW = 600;

describe('a list that the browser can hold', () => {
  const scale = scaleOf(100_000 * ROW, VIEW);
  it('scrolls as it is', () => {
    expect(isScaled(scale)).toBe(false);
    expect(toLogical(12_345, scale)).toBe(12_345);
    expect(toPhysical(12_345, scale)).toBe(12_345);
  });
});

describe('a list of a million rows', () => {
  const scale = scaleOf(1_000_000 * ROW, VIEW);
  it('is no taller than the cap', () => expect(scale.physical).toBe(MAX_HEIGHT));
  it('begins and ends where the scrollbar does', () => {
    expect(toLogical(0, scale)).toBe(0);
    expect(toLogical(MAX_HEIGHT - VIEW, scale)).toBe(1_000_000 * ROW - VIEW);
  });
  it.each([0, 1, 36_000, 17_999_999, 1_000_000 * ROW - VIEW])('finds offset %d again', (offset) =>
    expect(toLogical(toPhysical(offset, scale), scale)).toBeCloseTo(offset, 3),
  );
  it('stays inside itself', () => {
    expect(clampOffset(-5, scale)).toBe(0);
    expect(clampOffset(1e12, scale)).toBe(1_000_000 * ROW - VIEW);
  });
});

describe('bringing a row into view', () => {
  it.each([
    ['above', 2, 500, 72],
    ['in view', 15, 500, 500],
    ['below', 100, 500, 100 * ROW + ROW - VIEW],
  ])('%s', (_, index, offset, expected) => expect(reveal(index, ROW, offset, VIEW)).toBe(expected));
});
