import { describe, expect, it } from 'vitest';
import { age, ago, dayLabel, duration, initials, isSameDay, listTime, wait } from './format';

// Local times, so that the tests hold in every time zone.
const NOW = new Date(2026, 10, 22, 15, 30);
const at = (year: number, month: number, day: number, hour = 9, minute = 5) =>
  new Date(year, month - 1, day, hour, minute).toISOString();

describe('listTime', () => {
  it('is a time today, a weekday within a week, then a date, with its year when another', () => {
    expect(listTime(at(2026, 11, 22), NOW)).toMatch(/9:05|09:05/);
    expect(listTime(at(2026, 11, 21), NOW)).toBe('Sat');
    expect(listTime(at(2026, 11, 16), NOW)).toBe('Mon');
    expect(listTime(at(2026, 11, 15), NOW)).not.toMatch(/2026|:/);
    expect(listTime(at(2025, 11, 15), NOW)).toContain('2025');
  });

  it('goes by the calendar, not by 24 hours', () => {
    expect(listTime(at(2026, 11, 21, 23, 59), new Date(2026, 10, 22, 0, 1))).toBe('Sat');
  });

  it('shows a time that a fast clock put ahead of now as a time', () => {
    expect(listTime(at(2026, 11, 22, 15, 31), NOW)).toMatch(/:31/);
  });
});

describe('dayLabel', () => {
  it('names today and yesterday', () => {
    expect(dayLabel(at(2026, 11, 22, 0, 0), NOW)).toBe('Today');
    expect(dayLabel(at(2026, 11, 21, 23, 59), NOW)).toBe('Yesterday');
    expect(dayLabel(at(2026, 11, 20), NOW)).toContain('Friday');
    expect(dayLabel(at(2025, 11, 20), NOW)).toContain('2025');
  });
});

describe('ago', () => {
  it.each([
    [30, 'just now'],
    [-30, 'just now'],
    [7 * 60, '7 minutes ago'],
    [3 * 3600 + 59 * 60, '3 hours ago'],
    [26 * 3600, 'yesterday'],
    [5 * 86_400, '5 days ago'],
  ])('tells %i seconds as %s', (seconds, words) => {
    expect(ago(new Date(NOW.getTime() - seconds * 1000).toISOString(), NOW)).toBe(words);
  });

  it('is a date after a month', () => {
    expect(ago(at(2026, 9, 1), NOW)).toContain('2026');
  });
});

it('knows one day from the next', () => {
  expect(isSameDay(at(2026, 11, 22, 0, 0), at(2026, 11, 22, 23, 59))).toBe(true);
  expect(isSameDay(at(2026, 11, 22, 0, 0), at(2026, 11, 21, 23, 59))).toBe(false);
});

it('tells a wait in the unit that people count it in', () => {
  expect(wait(1)).toBe('1 second');
  expect(wait(59)).toBe('59 seconds');
  expect(wait(61)).toBe('2 minutes');
});

it.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Jean-Luc van den Berg', 'JB'],
  ['ada@example.com', 'AC'],
  ['Ødegård Å', 'ØÅ'],
  ['李 小龍', '李小'],
  ['42', ''],
  ['', ''],
])('makes the initials of %j %j', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

it.each([
  [7_200, '2 hours'],
  [5_400, '90 minutes'],
  [604_800, '7 days'],
  [86_400, '1 day'],
  [61, '61 seconds'],
])('%d seconds last %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

it.each([
  [at(2026, 11, 22, 15, 25), '5 minutes'],
  [at(2026, 11, 22, 15, 31), '0 minutes'],
  [at(2026, 11, 21, 15, 30), '24 hours'],
  [at(2026, 11, 12, 15, 30), '10 days'],
])('what was made at %s is %s old', (made, words) => {
  expect(age(made, NOW)).toBe(words);
});
