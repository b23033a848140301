import { describe, expect, it } from 'vitest';
import { stepText } from './evidence';

describe('a step of evidence tells values as people write them', () => {
  it.each([
    ['phone', '6281234567801', '6281234567811', '+62 812 3456 7801', '+62 812 3456 7811'],
    ['phone', '60123456789', '', '+60123456789', ''],
    ['birth_date', '19980412', '19981204', '12 Apr 1998', '4 Des 1998'],
    ['birth_date', '19980400', '19980000', '1998-04', '1998'],
    ['email', 'siti@example.com', 'sitti@example.com', 'siti@example.com', 'sitti@example.com'],
    ['name', 'aminah siti', 'aminnah siti', 'aminah siti', 'aminnah siti'],
  ])('%s %s, %s', (field, a, b, first, second) => {
    const text = stepText({ field, level: 'typing', weight: 1, sentence: '', a, b });
    expect(text).toContain(`(${first} · ${second})`);
  });
});
