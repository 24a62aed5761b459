import { expect, test } from 'vitest';
import { registryKinds, shardedKind } from '../../../core/names/registry-kinds.ts';

const kinds = Object.values(registryKinds);
/** What has a meaning in a condition of an IAM policy: wildcards, and policy variables such as `${aws:username}`. */
const meansSomething = /[*?]|\$\{/;

test('no kind means more to IAM than itself, but for the star at the end of those that have shards', () => {
  const sharded = kinds.filter((kind) => kind.endsWith('#*'));
  expect(sharded).toEqual([registryKinds.tally, registryKinds.registrations]);
  const texts = kinds.map((kind) => (kind.endsWith('#*') ? kind.slice(0, -1) : kind));
  expect(texts.filter((text) => meansSomething.test(text))).toEqual([]);
});

test('no grant of one kind is one of another, too', () => {
  expect(new Set(kinds).size).toBe(kinds.length);
  const beginnings = kinds.filter((kind) => kind.endsWith('*')).map((kind) => kind.slice(0, -1));
  for (const beginning of beginnings) {
    expect(kinds.filter((kind) => kind.startsWith(beginning))).toEqual([`${beginning}*`]);
  }
});

test('a shard is of its kind, under what it belongs to and its number', () => {
  expect(shardedKind(registryKinds.tally, '0mk3v1x8ch2f6p9d4t7q', 7)).toBe('tally#0mk3v1x8ch2f6p9d4t7q#7');
  expect(shardedKind(registryKinds.registrations, 'uploads', 0)).toBe('registrations#uploads#0');
});
