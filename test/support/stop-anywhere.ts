import { describe, expect, test } from 'vitest';
import { type Calls, isRead, isRepeatedRead } from './calls.ts';
import { knowEmptyQueues } from './empty-queues.ts';
import { Faults } from './faults.ts';
import type { IncidentScenario } from './incident-scenarios.ts';
import { IncidentWatch, tickWithCalls } from './incident-watch.ts';
import { startMemoryWarden } from './start-warden.ts';
import { tried, withFault } from './tried-faults.ts';
import type { EmbeddedWarden } from './warden.ts';

type Fault =
  /** The process stops before the call, or after it has taken effect. */
  | { kind: 'stop'; at: number; mode: 'before' | 'after' }
  /** The client itself repeats the call. */
  | { kind: 'lost reply'; at: number }
  /** The call fails for good, and the process continues. */
  | { kind: 'refusal'; at: number };

/**
 * Runs every scenario with a fault at its calls, on an AWS in memory, which is several times as fast, or on the embedded
 * servers. All cases share one warden; each has a new workflow.
 */
export function stopAnywhere(
  scenarios: Record<string, IncidentScenario>,
  start: () => Promise<EmbeddedWarden> = startMemoryWarden,
): void {
  describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
    test('loses nothing and repeats nothing, whichever of its calls fails or ends the process (P1–P4)', async () => {
      const warden = await start();
      try {
        const faults = new Faults(warden);
        knowEmptyQueues(warden);
        tickWithCalls(warden);
        await warden.sweep();
        const known = new Set<string>();
        const faultless = await run(warden, faults, scenario, known);
        for (const fault of tried(faultsOf(faultless, scenario.ofSweeping))) {
          await withFault(fault, (one) => run(warden, faults, scenario, known, one));
        }
      } finally {
        await warden.close();
      }
    }, 120_000);
  });
}

/**
 * Every fault that makes a difference. A process that stops at a read, or before a write, leaves the same state as a
 * process that stops after the previous write. Of a read only its failure matters. The calls of every sweep are tried
 * in one scenario.
 */
function faultsOf({ calls, inputs }: Calls, ofSweeping = false): Fault[] {
  const firstWrite = calls.findIndex((call) => !isRead(call));
  return calls.flatMap((call, at): Fault[] => {
    if (!ofSweeping && isOfSweeping(inputs[at])) return [];
    if (!isRead(call)) {
      return [
        ...(at === firstWrite ? [{ kind: 'stop', at, mode: 'before' } as const] : []),
        { kind: 'stop', at, mode: 'after' },
        { kind: 'lost reply', at },
        { kind: 'refusal', at },
      ];
    }
    return isRepeatedRead({ calls, inputs }, at) ? [] : [{ kind: 'refusal', at }];
  });
}

/** About the warden itself, all workflows, or past incidents. */
function isOfSweeping(input: unknown): boolean {
  const text = JSON.stringify(input);
  return /"S":"warden"|":kind":\{"S":"(workflow|incident)"/.test(text);
}

/**
 * Runs the scenario with the fault, if any, lets everything continue to its end, and returns the calls of its work. A
 * state that was seen before is not continued again.
 */
async function run(
  warden: EmbeddedWarden,
  faults: Faults,
  { workflows: count = 1, items, before, work, after, minutes = 5, missing }: IncidentScenario,
  known: Set<string>,
  fault?: Fault,
): Promise<Calls> {
  const workflows = Array.from({ length: count }, () => warden.newWorkflow());
  const watches = workflows.map((workflow) => new IncidentWatch(warden, workflow, ['a', 'b', 'c']));
  faults.revive();
  const started = warden.clock.now();
  await before(warden, workflows);
  faults.revive();
  if (fault?.kind === 'stop') faults.crashAt(fault.at, fault.mode);
  if (fault?.kind === 'lost reply') faults.loseReplyAt(fault.at);
  if (fault?.kind === 'refusal') faults.refuseAt(fault.at);
  const failed = await work(warden, workflows).then(
    () => false,
    () => true,
  );
  const { calls, inputs, crashed } = faults;
  faults.revive();
  expect(crashed).toBe(fault?.kind === 'stop');
  if (fault === undefined || fault.kind === 'lost reply') expect(failed).toBe(false);
  const states = await Promise.all(watches.map((watch) => watch.state(started)));
  const state = JSON.stringify(states);
  if (known.has(state)) {
    for (const watch of watches) await watch.forget();
    return { calls, inputs };
  }
  known.add(state);
  await after?.(warden, workflows);

  await runOn(warden, watches, minutes, async (watch) => [
    ...watch.notYetNoticed(await watch.check(), items),
    ...((await missing?.(warden, watch)) ?? []),
  ]);
  for (const { workflow } of watches) {
    for (const item of items) expect((await warden.complete(workflow, item)).json.outcome).toBe('late');
  }
  const warned = watches.some(({ told }) => told.some(({ kind }) => kind === 'warning'));
  // Incidents of warnings are over ten minutes after the last warning.
  if (warned) await warden.passSweeping(600_000, 240_000);
  await runOn(warden, watches, 4, async (watch) => watch.notYetOver(await watch.check()));
  for (const watch of watches) {
    watch.expectTold(await watch.check());
    await watch.forget();
  }
  return { calls, inputs };
}

/** Moves time minute by minute, with the due timers and a sweep, until nothing is missing. */
async function runOn(
  warden: EmbeddedWarden,
  watches: readonly IncidentWatch[],
  minutes: number,
  missingOf: (watch: IncidentWatch) => Promise<string[]>,
): Promise<void> {
  for (let minute = 0; ; minute++) {
    const missing = (await Promise.all(watches.map(missingOf))).flat();
    if (missing.length === 0) return;
    if (minute === minutes) throw new Error(`after ${minutes} minutes: ${missing.join(', ')}`);
    await warden.passSweeping(60_000);
  }
}
