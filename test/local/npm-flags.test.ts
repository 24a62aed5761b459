import { expect, test } from 'vitest';
import { npmFlagsText } from '../../local/npm-flags.ts';

const npm = { npm_lifecycle_event: 'start', npm_config_cache: '/tmp' };

test('flags that npm has kept are named, with what to write', () => {
  const text = npmFlagsText({ ...npm, npm_config_port: '1', npm_config_redrive_webhook: 'true' });
  expect(text).toBe(
    'npm kept --port, --redrive-webhook for itself: write -- before the flags, as in npm start -- --port …',
  );
});

test('nothing is said without them, nor outside of npm start', () => {
  expect(npmFlagsText(npm)).toBeUndefined();
  expect(npmFlagsText({ npm_config_port: '1' })).toBeUndefined();
  expect(npmFlagsText({ ...npm, npm_lifecycle_event: 'test', npm_config_port: '1' })).toBeUndefined();
});
