import type { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { RegistryTable } from '../../../../core/aws/registry/workflows.ts';
import { settingsCachedAtLeastMs, settingsCachedMs } from '../../../../core/names/clockwork.ts';
import * as names from '../../../../local/names.ts';
import { onEngines } from '../../../support/on-engines.ts';
import type { Warden } from '../../../support/warden.ts';

/** The registry of one instance of a function, and the calls that it makes. */
function instance(warden: Warden, random: () => number = () => 1) {
  const calls: string[] = [];
  /** Called and awaited before each call. */
  const before: { call?: (call: string) => Promise<unknown> } = {};
  const client = {
    send: async (command: GetItemCommand | UpdateItemCommand) => {
      const { input } = command;
      const isWrite = 'UpdateExpression' in input;
      const read = 'ConsistentRead' in input && input.ConsistentRead ? 'consistent read' : 'eventual read';
      const call = isWrite ? 'write' : read;
      calls.push(call);
      const reply = await warden.aws.dynamodb.send(command as GetItemCommand);
      await before.call?.(call);
      return reply;
    },
  };
  const entries = { client: client as unknown as DynamoDBClient, table: names.registryTable };
  const registry = new RegistryTable(entries, warden.clock, random);
  /** The calls since this was last asked. */
  const made = () => calls.splice(0);
  return { registry, made, replied: before };
}

const settingsOf = async (registry: RegistryTable, workflow: string) =>
  (await registry.findWorkflow(workflow))?.settings;

describe('a workflow in the registry', () => {
  onEngines((warden) => {
    test('is read once in 20 to 30 s, at random: consistently at first, then at half the price', async () => {
      const workflow = warden().newWorkflow();
      await warden().aws.service.registry.saveWorkflow(workflow, {});
      for (const [random, life] of [
        [0, settingsCachedAtLeastMs],
        [0.5, 25_000],
        [1, settingsCachedMs],
      ] as const) {
        const { registry, made } = instance(warden(), () => random);
        await registry.findWorkflow(workflow);
        expect(made()).toEqual(['consistent read']);
        warden().clock.advance(life - 1);
        await registry.findWorkflow(workflow);
        expect(made()).toEqual([]);
        warden().clock.advance(1);
        await registry.findWorkflow(workflow);
        expect(made()).toEqual(['eventual read']);
      }
    });

    test('is read once for all who ask at the same time', async () => {
      const workflow = warden().newWorkflow();
      await warden().aws.service.registry.saveWorkflow(workflow, { settings: { timeout: 60 } });
      const { registry, made } = instance(warden());
      const found = await Promise.all(Array.from({ length: 16 }, () => settingsOf(registry, workflow)));
      expect(found).toEqual(Array(16).fill({ timeout: 60 }));
      expect(made()).toEqual(['consistent read']);
    });

    test('that is new costs a registration one read and one write', async () => {
      const workflow = warden().newWorkflow();
      const { registry, made } = instance(warden());
      expect(await registry.findWorkflow(workflow)).toBeUndefined();
      await registry.ensureWorkflow(workflow);
      expect(made()).toEqual(['consistent read', 'write']);
      await registry.findWorkflow(workflow);
      await registry.ensureWorkflow(workflow);
      expect(made()).toEqual([]);
      warden().clock.advance(settingsCachedMs);
      await registry.findWorkflow(workflow);
      await registry.ensureWorkflow(workflow);
      expect(made()).toEqual(['eventual read']);
    });

    test('that is new is entered by whoever finds that it is missing, even while another call still reads (P1)', async () => {
      const workflow = warden().newWorkflow();
      const { registry, made, replied } = instance(warden());
      await registry.findWorkflow(workflow);
      const { promise: held, resolve } = Promise.withResolvers<void>();
      replied.call = async (call) => (call === 'write' ? undefined : held);
      const other = registry.findWorkflow(workflow);
      await registry.ensureWorkflow(workflow);
      resolve();
      await other;
      expect(made()).toEqual(['consistent read', 'consistent read', 'write']);
      expect(await registry.readWorkflow(workflow)).toMatchObject({ name: workflow });
    });

    test('that is missing is read every time, so that it is found once others have entered it (P1)', async () => {
      const workflow = warden().newWorkflow();
      const { registry, made } = instance(warden());
      await registry.findWorkflow(workflow);
      await registry.findWorkflow(workflow);
      expect(made()).toEqual(['consistent read', 'consistent read']);
      await warden().aws.service.registry.saveWorkflow(workflow, { settings: { timeout: 60 } });
      expect(await settingsOf(registry, workflow)).toEqual({ timeout: 60 });
    });

    test('has the settings that this process saved at once, even if an earlier read ends later', async () => {
      const workflow = warden().newWorkflow();
      const { registry, replied } = instance(warden());
      await registry.saveWorkflow(workflow, { settings: { timeout: 60 } });
      expect(await settingsOf(registry, workflow)).toEqual({ timeout: 60 });
      warden().clock.advance(settingsCachedMs);
      const { promise: saved, resolve } = Promise.withResolvers<void>();
      replied.call = async (call) => (call === 'write' ? undefined : saved);
      const late = settingsOf(registry, workflow);
      // This call has read the old record, and receives the reply after the settings were saved.
      await registry.saveWorkflow(workflow, { settings: { timeout: 120 } });
      resolve();
      await late;
      expect(await settingsOf(registry, workflow)).toEqual({ timeout: 120 });
    });

    test('is read again after a failed write, which may have taken effect', async () => {
      const workflow = warden().newWorkflow();
      const { registry, replied } = instance(warden());
      await registry.saveWorkflow(workflow, { settings: { timeout: 60 } });
      replied.call = async (call) => {
        if (call === 'write') throw new Error('the reply was lost');
      };
      const saved = registry.saveWorkflow(workflow, { settings: { timeout: 120 } });
      await expect(saved).rejects.toThrow('the reply was lost');
      expect(await settingsOf(registry, workflow)).toEqual({ timeout: 120 });
    });

    test('whose read failed is read again by the next caller', async () => {
      const workflow = warden().newWorkflow();
      const { registry, replied } = instance(warden());
      await warden().aws.service.registry.saveWorkflow(workflow, { settings: { timeout: 60 } });
      replied.call = () => Promise.reject(new Error('throttled'));
      await expect(registry.findWorkflow(workflow)).rejects.toThrow('throttled');
      delete replied.call;
      expect(await settingsOf(registry, workflow)).toEqual({ timeout: 60 });
    });

    test('that others change is up to date within 30 s', async () => {
      const workflow = warden().newWorkflow();
      const [here, there] = [instance(warden()), instance(warden())];
      await here.registry.saveWorkflow(workflow, { settings: { timeout: 60 } });
      await there.registry.saveWorkflow(workflow, { settings: { timeout: 120 } });
      expect(await settingsOf(here.registry, workflow)).toEqual({ timeout: 60 });
      warden().clock.advance(settingsCachedMs);
      expect(await settingsOf(here.registry, workflow)).toEqual({ timeout: 120 });
    });

    test('that was removed is missing at once for the process that removed it', async () => {
      const workflow = warden().newWorkflow();
      const { registry } = instance(warden());
      await registry.saveWorkflow(workflow, { settings: { timeout: 60 } });
      await registry.removeWorkflow(workflow);
      expect(await registry.findWorkflow(workflow)).toBeUndefined();
      await registry.ensureWorkflow(workflow);
      expect(await registry.findWorkflow(workflow)).toMatchObject({ name: workflow, removed: false });
    });

    test('that others have removed is entered again once that is known (P1)', async () => {
      const workflow = warden().newWorkflow();
      const [here, there] = [instance(warden()), instance(warden())];
      await here.registry.saveWorkflow(workflow, { settings: { timeout: 60 } });
      await there.registry.removeWorkflow(workflow);
      warden().clock.advance(settingsCachedMs);
      here.made();
      expect(await here.registry.findWorkflow(workflow)).toBeUndefined();
      await here.registry.ensureWorkflow(workflow);
      // Only a consistent read proves that it is missing.
      expect(here.made()).toEqual(['eventual read', 'consistent read', 'write']);
      expect(await there.registry.findWorkflow(workflow)).toMatchObject({ removed: false });
    });
  });
});

describe('a workflow that another instance has removed', () => {
  onEngines((warden) => {
    test('comes back with the item that is registered in it: it is shown and swept (P1)', async () => {
      const workflow = warden().newWorkflow();
      // From here on it is in the cache of the service's functions.
      await warden().register(workflow, 'scan-1', { timeout: 60 });
      await warden().complete(workflow, 'scan-1');
      await instance(warden()).registry.removeWorkflow(workflow);

      const registered = await warden().register(workflow, 'scan-2', { timeout: 60 });
      expect(registered.status).toBe(201);
      const record = await warden().aws.service.registry.readWorkflow(workflow);
      expect(record?.removed).toBe(true);
      // Its timer is lost: only the sweep, which walks the registry, can find it.
      const item = await warden().aws.service.items.readOpen(workflow, 'scan-2');
      await warden().aws.service.timers.disarm(item?.timer ?? '');
      const shown = await warden().request('GET', `/v1/workflows/${workflow}`);
      expect(shown.json).toMatchObject({ counts: { waiting: 1 } });
      await warden().passSweeping(200_000);
      expect(await warden().notifications(workflow)).toMatchObject([
        { event: 'opened', counts: { overdue: 1 } },
      ]);

      await warden().register(workflow, 'scan-3', { timeout: 60 });
      expect((await warden().aws.service.registry.readWorkflow(workflow))?.removed).toBe(false);
    });
  });
});
