import type { Ports } from '../../ports.ts';
import { loadPage } from './load-page.ts';
import type { Page, PageResult } from './page.ts';
import { publishPage } from './publish-page.ts';
import { startAttempts } from './start-attempts.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'statistics'
  | 'timers'
  | 'itemEvents'
  | 'redriveTopic'
  | 'clock'
  | 'leastTimeoutSeconds'
  | 'publishRetry'
  | 'areDeliveriesNoted'
>;

/**
 * Resumes the items of one page: each starts its next attempt and is published with its data.
 *
 * 1. Read the items (`loadPage`). Skip an item that is no longer breached, unless this redrive has started its attempt: a
 *    crash may have come before it was published, so publish it again with the same id. An item whose message is known to
 *    be accepted counts as resumed.
 * 2. Arm the timers and start the next attempts (`startAttempts`).
 * 3. Publish (`publishPage`).
 *
 * An item whose record or data cannot be read fails before anything is done, and stays unchanged.
 */
export async function resumePage(service: Service, page: Page): Promise<PageResult> {
  const { redrive } = page;
  const { earlier, ...loaded } = await loadPage(service, page);
  const again = loaded.done.filter(({ planned }) => planned === 'publish');
  const ended = loaded.done.filter(({ planned }) => planned === 'start');
  const started = await startAttempts(service, redrive, ended);
  const { length } = started.done;
  if (length > 0)
    service.statistics.count(redrive.workflow, { counts: { started: length, resumed: length } });
  const byId = new Map([...again, ...started.done].map((one) => [one.record.item, one]));
  const inOrder = redrive.page.flatMap((item) => byId.get(item) ?? []);
  const published = await publishPage(service, page, inOrder);
  const stages = [loaded, started, published];
  return {
    done: [...earlier, ...published.done],
    failed: new Map(stages.flatMap(({ failed }) => [...failed])),
    retry: new Map(stages.flatMap(({ retry }) => [...retry])),
    skipped: stages.flatMap(({ skipped }) => skipped),
  };
}
