import { expect, test } from 'vitest';
import { LEAST, lacks } from './password';

test.each([
  ['', LEAST],
  ['kuda payung so', 1],
  ['kuda payung sor', 0],
  ['kuda payung sore biru', 0],
  ['🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎🐎', 1],
])('%j lacks %d characters', (password, n) => expect(lacks(password)).toBe(n));
