import { expect, test } from 'vitest';
import { registryKinds, shardedKind } from '../../../core/names/registry-kinds.ts';

const kinds = Object.values(registryKinds);
/**
 * Characters with a meaning in a condition of an IAM policy: wildcards, and policy variables such as `${aws:username}`.
 */
const meansSomething = /[*?]|\$\{/;

test('no kind has a character with a meaning in IAM, except the star at the end of sharded kinds', () => {
  const sharded = kinds.filter((kind) => kind.endsWith('#*'));
  expect(sharded).toEqual([registryKinds.tally, registryKinds.registrations, registryKinds.statistics]);
  const texts = kinds.map((kind) => (kind.endsWith('#*') ? kind.slice(0, -1) : kind));
  expect(texts.filter((text) => meansSomething.test(text))).toEqual([]);
});

test('a grant for one kind covers no other kind', () => {
  expect(new Set(kinds).size).toBe(kinds.length);
  const beginnings = kinds.filter((kind) => kind.endsWith('*')).map((kind) => kind.slice(0, -1));
  for (const beginning of beginnings) {
    expect(kinds.filter((kind) => kind.startsWith(beginning))).toEqual([`${beginning}*`]);
  }
});

test('the key of a shard has the kind, the owner and the number', () => {
  expect(shardedKind(registryKinds.tally, '0mk3v1x8ch2f6p9d4t7q', 7)).toBe('tally#0mk3v1x8ch2f6p9d4t7q#7');
  expect(shardedKind(registryKinds.registrations, 'uploads', 0)).toBe('registrations#uploads#0');
});
