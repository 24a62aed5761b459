import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import type { IncidentPlace } from '../../core/aws/registry/incidents/incidents.ts';
import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import type { IncidentRecord } from '../../core/model/incident/incident-record.ts';
import type { ItemRecord } from '../../core/model/item/item-record.ts';
import type { EmbeddedWarden } from './warden.ts';

export interface Seen {
  items: ItemRecord[];
  open: IncidentRecord[];
  ending: IncidentRecord[];
  past: IncidentRecord[];
}

/** Every notification and message about a workflow, and the rules that must hold for them at any time. */
export class IncidentWatch {
  readonly told: Notification[] = [];
  readonly events: ItemEvent[] = [];
  readonly workflow: string;
  readonly #warden: EmbeddedWarden;
  readonly #items: readonly string[];
  readonly #overdueAt = new Map<string, string>();
  readonly #incidents = new Set<string>();

  constructor(warden: EmbeddedWarden, workflow: string, items: readonly string[]) {
    this.#warden = warden;
    this.workflow = workflow;
    this.#items = items;
  }

  async check(): Promise<Seen> {
    const { service } = this.#warden.aws;
    this.told.push(...(await this.#warden.notifications(this.workflow)));
    this.events.push(...(await this.#warden.events(this.workflow)));
    const found = await service.items.readManyOpen(
      this.#items.map((item) => ({ workflow: this.workflow, item })),
    );
    const items = [...found.values()].filter((item): item is ItemRecord => !(item instanceof Error));
    const open = await this.#incidentsAt('open');
    const ending = await this.#incidentsAt('ending');
    const past = await this.#incidentsAt('past');
    const named = [...this.told, ...items].map(({ incident }) => incident);
    for (const id of [...named, ...[...open, ...ending, ...past].map((one) => one.id)])
      if (id !== undefined) this.#incidents.add(id);
    const over = new Set(past.map(({ id }) => id));
    for (const { item, attempt, startedAt, overdueAt, neverStarted, incident } of items) {
      expect(over.has(incident ?? ''), `end of the incident of ${item}, which is there still`).toBe(false);
      const key = `${item} ${attempt} ${startedAt} ${neverStarted}`;
      // P3: an attempt goes overdue once, and once more if it was not started in time.
      if (overdueAt !== undefined) expect(this.#overdueAt.get(key) ?? overdueAt).toBe(overdueAt);
      if (overdueAt !== undefined) this.#overdueAt.set(key, overdueAt);
    }
    this.#expectOneIdEach();
    return { items, open, ending, past };
  }

  /**
   * The whole state of the workflow, its messages, and the state of the warden itself, without random names and
   * fractions of a second: from the same state everything continues in the same way.
   *
   * @param started the beginning, in ms since the epoch
   */
  async state(started: number): Promise<string> {
    const { state } = this.#warden.aws.service;
    const seen = await this.check();
    const order = seen.open.map(({ reportedAt, notifiedAt = '' }) => reportedAt > notifiedAt);
    const told = [this.told, this.events].map((all) => all.map(({ event }) => event).sort());
    const text = JSON.stringify([seen, order, told, await state.canary(), await state.heartbeat()]);
    return text
      .replaceAll(this.workflow, '')
      .replaceAll(/"(id|timer|incident|name)":"[^"]*"/g, '')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) =>
        Date.parse(time) < started ? 'before' : `${Math.round((Date.parse(time) - started) / 1000)} s`,
      )
      .replaceAll(/"due":"[^"]*"/g, '');
  }

  /** The faults once all of these items were noticed; empty if there is none. */
  notYetNoticed({ items, open, ending }: Seen, ended: readonly string[]): string[] {
    const missing: string[] = [];
    const incident = open.find(({ incidentKind }) => incidentKind === 'overdue');
    for (const name of ended) {
      const item = items.find((one) => one.item === name);
      if (item?.state === 'waiting') missing.push(`${name} is waiting`);
      else if (item === undefined) missing.push(`${name} is gone`);
      else if (item.reportedAt === undefined) missing.push(`${name} is not reported`);
      else if (incident === undefined) missing.push(`${name} is in no open incident`);
      else if (!this.events.some((one) => one.item === name && one.attempt === item.attempt))
        missing.push(`machines are not told of ${name}`);
    }
    for (const { id, incidentKind, counts, notified } of open) {
      const known = this.told.filter((one) => one.incident === id && one.event !== 'resolved');
      if (known.length === 0 || notified === 0) missing.push(`nobody is notified of ${incidentKind}`);
      const total = (counts?.overdue ?? 0) + (counts?.failed ?? 0);
      if (incidentKind === 'overdue' && total !== ended.length) missing.push(`people know of ${total} only`);
    }
    if (ending.length > 0) missing.push('an end is not complete');
    return missing;
  }

  /** P3: a repeated message has the same id, and no other message has it. */
  #expectOneIdEach(): void {
    const kinds = Map.groupBy(this.told, ({ id }) => id);
    for (const [id, repeats] of kinds) {
      expect(new Set(repeats.map(({ event }) => event)).size, `kinds of notification ${id}`).toBe(1);
    }
    const firstEvents = [...Map.groupBy(this.events, ({ id }) => id).values()].map((repeats) =>
      repeats.map(({ at }) => at).reduce((one, other) => (one < other ? one : other)),
    );
    for (const [incident, all] of Map.groupBy(this.told, (one) => one.incident)) {
      const opened = all.filter(({ event }) => event === 'opened').map(({ id }) => id);
      expect([...new Set(opened)], `openings of ${incident}`).toEqual([`${incident}.1`]);
      const resolved = all.filter(({ event }) => event === 'resolved').map(({ id }) => id);
      expect(new Set(resolved).size, `ends of ${incident}`).toBeLessThanOrEqual(1);
      for (const { id, event, at, changes, silenceEnded } of all) {
        if (event !== 'updated' || silenceEnded) continue;
        const before = all.filter((one) => one.id !== id && one.at < at).map((one) => one.at);
        // One more item may have been reported for each completed item that is not counted yet.
        if (firstEvents.some((first) => first > (before.toSorted().at(-1) ?? '') && first <= at)) continue;
        // P6: an update says which counts have changed.
        expect(
          Object.values(changes).some((change) => change !== 0),
          `changes of ${id}`,
        ).toBe(true);
      }
    }
    const keyOf = ({ item, attempt, startedAt, event }: ItemEvent) =>
      `${item} ${attempt} ${startedAt} ${event}`;
    for (const [key, repeats] of Map.groupBy(this.events, keyOf))
      expect(new Set(repeats.map(({ id }) => id)).size, `ids of ${key}`).toBe(1);
  }

  /** Once all of its items are completed: nothing is open or unfinished, and nothing was lost. */
  notYetOver({ items, open, ending, past }: Seen): string[] {
    const missing: string[] = [];
    if (items.length > 0) missing.push('there are items');
    if (open.length > 0) missing.push(`${open.map(({ incidentKind }) => incidentKind).join()} is open`);
    if (ending.length > 0) missing.push('an end is not complete');
    for (const id of this.#incidents) {
      const kept = past.filter((one) => one.id === id);
      if (kept.length !== 1) missing.push(`incident ${id} is not among the past ones`);
    }
    return missing;
  }

  /** The notifications that people must have received in the end, for each incident. */
  expectTold(
    { past }: Seen,
    { silent = false, resolvedUntold = false }: { silent?: boolean; resolvedUntold?: boolean } = {},
  ): void {
    for (const { id, incidentKind, notified, timeline } of past) {
      const told = this.told.filter(({ incident }) => incident === id).map(({ event }) => event);
      if (!silent) expect(told, `notifications of ${incidentKind}`).toContain('opened');
      if (!silent && !resolvedUntold) expect(told).toContain('resolved');
      // No notification is recorded as sent that was not sent.
      const ids = new Set(this.told.filter(({ incident }) => incident === id).map((one) => one.id));
      expect(notified).toBeLessThanOrEqual(ids.size);
      expect(timeline.filter(({ event }) => event === 'resolved')).toHaveLength(1);
    }
  }

  /** Removed, so that later sweeps do not find it. */
  async forget(): Promise<void> {
    const { dynamodb, environment } = this.#warden.aws;
    const places: IncidentPlace[] = ['open', 'ending', 'past'];
    const records = (await Promise.all(places.map((place) => this.#incidentsAt(place)))).flat();
    const keys = [
      { kind: 'workflow', name: this.workflow },
      ...records.map(({ kind, name }) => ({ kind, name })),
    ];
    for (const { kind, name } of keys) {
      const Key = { kind: { S: kind }, name: { S: name } };
      await dynamodb.send(new DeleteItemCommand({ TableName: environment.REGISTRY_TABLE, Key }));
    }
  }

  async #incidentsAt(place: IncidentPlace): Promise<IncidentRecord[]> {
    const found: IncidentRecord[] = [];
    for await (const one of this.#warden.aws.service.incidents[place].all()) {
      if ('workflow' in one && one.workflow === this.workflow) found.push(one);
    }
    return found;
  }
}

/** Time passes with every call to AWS, as in reality: later calls have later times. */
export function tickWithCalls({ aws, clock }: EmbeddedWarden, ms = 1): void {
  for (const client of [aws.dynamodb, aws.scheduler, aws.sns] as unknown as Ticking[]) {
    client.middlewareStack.add(
      (next) => (args) => {
        clock.advance(ms);
        return next(args);
      },
      { step: 'initialize', priority: 'low' },
    );
  }
}

type Middleware = (next: (args: unknown) => Promise<unknown>) => (args: unknown) => Promise<unknown>;

interface Ticking {
  middlewareStack: {
    add(middleware: Middleware, options: { step: 'initialize'; priority: 'low' }): void;
  };
}
