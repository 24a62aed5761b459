import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseEnvironment } from '../../core/lambda/entry.ts';
import { environments } from '../../core/names/environments.ts';
import { builtBundles } from '../../lib/bundles.ts';
import { functionNames } from '../../lib/function-names.ts';
import { changed, flat, root, synthesise, synthesiseChanged, synthesisePlain } from './synth.ts';

const { stack, warden, resources } = synthesisePlain();

function propertiesOf(name: (typeof functionNames)[number]) {
  return resources()[stack.resolve(warden.functions[name].functionName).Ref]?.Properties ?? {};
}

test.each(functionNames)('%s has the common properties of all functions', (name) => {
  const { MemorySize, Timeout, ...properties } = propertiesOf(name);
  expect(properties).toMatchObject({
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
  });
  expect(properties.ReservedConcurrentExecutions).toBeUndefined();
  expect(MemorySize).toBeGreaterThanOrEqual(256);
  const more: Record<string, number> = { sweep: 1769, 'run-redrives': 1024 };
  expect(MemorySize).toBeLessThanOrEqual(more[name] ?? 512);
  // API Gateway gives up after 30 s, and after 10 s on an authorizer.
  if (name === 'authorize') expect(Timeout).toBeLessThanOrEqual(10);
  else if (!['check-timers', 'sweep', 'run-redrives'].includes(name)) expect(Timeout).toBeLessThan(30);
});

test.each(functionNames)('%s has the environment variables that it reads at its start', (name) => {
  const schema = environments[name];
  const variables = propertiesOf(name).Environment.Variables;
  const values = Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, flat(value)]));
  expect(() => parseEnvironment(schema, values)).not.toThrow();
});

test('all functions have the name under which their metrics are collected', () => {
  const service = warden.metric('Overdue').dimensions?.service;
  for (const name of functionNames) {
    expect(propertiesOf(name).Environment.Variables.SERVICE_NAME).toBe(service);
  }
});

test('every function has its own log, which is kept for as long as requested', () => {
  const logs = resources('AWS::Logs::LogGroup');
  const requested = Object.values(synthesiseChanged().resources('AWS::Logs::LogGroup'));
  expect(requested).toHaveLength(Object.keys(logs).length);
  for (const { Properties } of requested) expect(Properties.RetentionInDays).toBe(14);
  const own = functionNames.map((name) => flat(propertiesOf(name).LoggingConfig.LogGroup));
  expect(new Set(own).size).toBe(functionNames.length);
  for (const id of own) expect(Object.keys(logs)).toContain(id.slice(1, -1));
});

test('the sweep has a whole processor, and a minute minus the time of a start', () => {
  expect(propertiesOf('sweep')).toMatchObject({ MemorySize: 1769, Timeout: 55 });
});

test('a run of redrives has time for the page that it starts last', () => {
  expect(propertiesOf('run-redrives')).toMatchObject({ MemorySize: 1024, Timeout: 75 });
});

test('the sweep and the redrives are not retried: the next invocation comes anyway', () => {
  const configs = Object.values(resources('AWS::Lambda::EventInvokeConfig'));
  for (const { Properties } of configs) {
    expect(Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  }
  const names = (['sweep', 'run-redrives'] as const).map((name) =>
    flat(stack.resolve(warden.functions[name].functionName)),
  );
  expect(configs.map(({ Properties }) => flat(Properties.FunctionName)).sort()).toEqual(names.sort());
});

test('bundles are expected in dist of this package', () => {
  expect(builtBundles()).toBe(join(root, 'dist/functions'));
});

test('without bundles the error says which are missing and what to do', () => {
  const empty = mkdtempSync(join(tmpdir(), 'warden-empty-'));
  for (const name of functionNames.slice(2)) {
    mkdirSync(join(empty, name));
    writeFileSync(join(empty, name, 'index.mjs'), '');
  }
  expect(() => synthesise({ bundles: empty })).toThrow(
    `no index.mjs in ${empty} for ${functionNames.slice(0, 2).join(', ')}: run \`npm run build\` first`,
  );
});

test('security M10: concurrency can be reserved for the watch, and is not by default', () => {
  const kept = synthesiseChanged();
  const found = functionNames.flatMap((name) => {
    const id = kept.stack.resolve(kept.warden.functions[name].functionName).Ref;
    const executions = kept.resources()[id]?.Properties.ReservedConcurrentExecutions;
    return executions === undefined ? [] : [[name, executions]];
  });
  expect(Object.fromEntries(found)).toEqual(changed.reservedConcurrency);
  expect(JSON.stringify(synthesisePlain().resources())).not.toContain('ReservedConcurrentExecutions');
});
