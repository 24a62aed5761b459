import { memberText } from '../../../core/json-text.ts';
import type { Caller } from './caller.ts';
import type { Change, ChangingItems } from './changing-items.ts';
import { dataText, exportedPages, indexOf, isSameData } from './outage-items.ts';

export interface ExportWalk {
  pages: number;
  lines: number;
  bytes: number;
  seconds: number;
  /** Items that were missing, doubled, or different from their registration. */
  faults: string[];
}

export interface ExportWalkOptions {
  workflow: string;
  /** Query parameters, without those of the format and the cursor. */
  query: string;
  changing: ChangingItems;
  /** Without it nothing changes meanwhile. */
  kinds: readonly Change[];
  /** Called after each page with the number of lines so far. */
  onPage?: (lines: number) => void;
}

/**
 * Exports a workflow once, page by page, while its items change, also while a page is read. Every item that stays must
 * be exported, once.
 */
export async function exportWalk(
  caller: Caller,
  { workflow, query, changing, kinds, onPage = () => {} }: ExportWalkOptions,
): Promise<ExportWalk> {
  const faults: string[] = [];
  const before = [...changing.live];
  changing.completed.clear();
  const seen = new Set<number>();
  let bytes = 0;
  let pages = 0;
  const started = performance.now();
  let change: Promise<void> | undefined;
  for await (const lines of exportedPages(caller, workflow, query)) {
    await change;
    for (const line of lines) {
      bytes += Buffer.byteLength(line);
      // Without parsing: the measurement must not include the work of this client for each line.
      const index = indexOf(/"item":"([^"]*)"/.exec(line)?.[1] ?? '');
      if (seen.has(index)) faults.push(`${index} is there twice`);
      const isSame =
        line.endsWith(`,"data":${dataText(index)}}`) || isSameData(memberText(line, 'data'), index);
      if (!isSame) faults.push(`${index} has other data: ${line}`);
      seen.add(index);
    }
    pages++;
    onPage(seen.size);
    change = kinds.length === 0 ? undefined : changing.change(kinds);
    // A failure is thrown where its promise is awaited.
    change?.catch(() => {});
  }
  await change;
  const missing = before.filter((index) => !seen.has(index) && !changing.completed.has(index));
  if (missing.length > 0)
    faults.push(`${missing.length} are missing, such as ${missing.slice(0, 5).join(', ')}`);
  return { pages, lines: seen.size, bytes, seconds: (performance.now() - started) / 1_000, faults };
}
