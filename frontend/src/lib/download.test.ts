import { describe, expect, it } from 'vitest';
import { csvOf } from './download';

describe('a table as CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['-12.50', '-12.50'],
    ['+3', '+3'],
    [-4, '-4'],
    ['=SUM(A1)', "'=SUM(A1)"],
    ['@cmd', "'@cmd"],
    ['-1+1', "'-1+1"],
    [null, ''],
    [undefined, ''],
    ['', ''],
    ['Zoë', 'Zoë'],
  ])('writes %j as %j', (cell, expected) => {
    expect(csvOf(['Head'], [[cell]])).toBe(`\uFEFFHead\r\n${expected}\r\n`);
  });
});
