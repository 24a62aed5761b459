import { expect, test } from 'vitest';
import { badgeSvg, badgeText } from '../../../../core/model/workflow/badge.ts';

test('a badge says up, or how many items are overdue and failed; items that were not started count as overdue', () => {
  expect(badgeText({ waiting: 7, overdue: 0, failed: 0 })).toBe('up');
  expect(badgeText({ waiting: 7, overdue: 1_200, failed: 0 })).toBe('overdue 1,200');
  expect(badgeText({ waiting: 0, overdue: 1, failed: 2, notStarted: 2 })).toBe('overdue 3, failed 2');
  expect(badgeText({ waiting: 0, overdue: 10_000, failed: 0, capped: true })).toBe('overdue 10,000+');
  expect(badgeText({ waiting: 10_000, overdue: 3, failed: 1, capped: true })).toBe('overdue 3, failed 1');
});

test('markup in a name is text in the badge', () => {
  const svg = badgeSvg(`<script>alert("a&b'")</script>`, { waiting: 0, overdue: 0, failed: 1 });
  expect(svg).not.toMatch(/<script|alert\("|b'/);
  expect(svg).toContain('&#60;script&#62;');
});
