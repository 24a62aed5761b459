import * as z from 'zod/mini';
import { RedriveRecord, redriveName } from '../../model/redrive/redrive-record.ts';
import { timeOrderedId } from '../../model/time-ordered-id.ts';
import { RegistryEnvironment } from '../../names/environment.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import {
  connectEntries,
  deleteEntry,
  type Entries,
  putEntry,
  readable,
  readEntry,
  type Unreadable,
} from './entries.ts';
import { allEntries, forgetEntries, pageOfEntries } from './entry-pages.ts';

/** The marker of a redrive that has not ended. */
export interface RunningRedrive {
  workflow: string;
  id: string;
  /** When the marker was written. */
  at: string;
}

const ResumedItems = z.object({ name: z.string(), items: z.array(z.string()) });

const Marker = z.object({ name: z.string(), at: z.string() });

/** Redrives and discards, in the registry table. */
export class RedrivesTable {
  static readonly environment = RegistryEnvironment;
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  static connect(environment: RegistryEnvironment, _: Running, clients: Clients): RedrivesTable {
    return new RedrivesTable(connectEntries(environment, clients));
  }

  async read(workflow: string, id: string): Promise<RedriveRecord | undefined> {
    return readEntry(this.#entries, RedriveRecord, registryKinds.redrive, redriveName(workflow, id));
  }

  /** Writes the marker first: a crash leaves a marker without a redrive, which the runner removes later. */
  async insert(record: RedriveRecord): Promise<void> {
    await this.mark(record);
    await this.plan(record);
  }

  /** Stores a redrive that is not started yet. */
  async plan(record: RedriveRecord): Promise<void> {
    // Written first, so that every stored redrive is deleted in time.
    const dated = { kind: registryKinds.datedRedrive, name: `${record.id}#${record.workflow}` };
    await putEntry(this.#entries, dated);
    await putEntry(this.#entries, record);
  }

  /** Writes the marker by which the runner finds the redrive. */
  async mark(record: RedriveRecord): Promise<void> {
    const marker = { kind: registryKinds.runningRedrive, name: record.name };
    await putEntry(this.#entries, { ...marker, at: record.startedAt });
  }

  /** Writes the redrive over the revision of the snapshot and returns it. Undefined if it has changed. */
  async replace(seen: RedriveRecord, change: Partial<RedriveRecord>): Promise<RedriveRecord | undefined> {
    const next = { ...seen, ...change, revision: seen.revision + 1 };
    return (await putEntry(this.#entries, next, ['#revision = :seen'], { seen: seen.revision }))
      ? next
      : undefined;
  }

  /** Stores the ids of the items that a page resumed. A repeat of the page overwrites them. */
  async keepResumed(
    { id, workflow, resumed, skipped, failed }: RedriveRecord,
    items: string[],
  ): Promise<void> {
    const page = String(resumed + skipped + failed).padStart(9, '0');
    await putEntry(this.#entries, {
      kind: registryKinds.datedRedrive,
      name: `${id}#${workflow}#${page}`,
      items,
    });
  }

  /** The items that a redrive has resumed, page by page. */
  async *resumed({ id, workflow }: Pick<RedriveRecord, 'id' | 'workflow'>): AsyncGenerator<string[]> {
    const range = { startsWith: `${id}#${workflow}#` };
    // A record has up to 100 KB of ids.
    const page = { range, limit: 10 };
    for await (const found of allEntries(this.#entries, ResumedItems, registryKinds.datedRedrive, page)) {
      yield readable(found)?.items ?? [];
    }
  }

  /** Redrives of a workflow, latest first, starting after `after`. */
  async page(
    workflow: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ records: (RedriveRecord | Unreadable)[]; last: string | undefined }> {
    const { records, last } = await pageOfEntries(this.#entries, RedriveRecord, registryKinds.redrive, {
      range: { startsWith: redriveName(workflow, '') },
      after: after && redriveName(workflow, after),
      order: 'desc',
      limit,
    });
    return { records, last: last?.split('#')[1] };
  }

  /** Redrives that have not ended, of all workflows or of one. */
  async *running(of?: string): AsyncGenerator<RunningRedrive> {
    const range = of === undefined ? {} : { startsWith: redriveName(of, '') };
    for await (const marker of allEntries(this.#entries, Marker, registryKinds.runningRedrive, { range })) {
      const [workflow = '', id = ''] = marker.name.split('#');
      yield { workflow, id, at: 'error' in marker ? '' : marker.at };
    }
  }

  /** Deletes redrives older than `before` (ms since the epoch), the oldest first, at most `most`. */
  async forget(before: number, most: number): Promise<void> {
    // These names begin with the ids, which are in order of time.
    const { datedRedrive, redrive } = registryKinds;
    await forgetEntries(this.#entries, datedRedrive, timeOrderedId(before), most, async (name) => {
      const [id = '', workflow = ''] = name.split('#');
      await deleteEntry(this.#entries, redrive, redriveName(workflow, id));
    });
  }

  /** Removes the marker of the snapshot, but no marker that was written since. */
  async unmark({ workflow, id, at }: RunningRedrive): Promise<void> {
    await deleteEntry(this.#entries, registryKinds.runningRedrive, redriveName(workflow, id), ['#at = :at'], {
      at,
    });
  }
}
