import { limits } from '../../core/contract/limits.ts';
import type { Redrive } from '../../core/contract/redrive.ts';
import type { Context } from './context.ts';
import { notFound } from './not-found.ts';
import { call, pagesOf, tenAtATime } from './service.ts';
import { UsageError } from './usage-error.ts';

/** The redrives and discards of a workflow, the newest first. */
export async function redrivesOf(context: Context, workflow: string): Promise<Redrive[]> {
  const found: Redrive[] = [];
  const page = (cursor: object) =>
    call(context, 'list-redrives', {
      path: { workflow },
      query: { limit: limits.pageItems, ...cursor },
    });
  for await (const { redrives } of pagesOf(page)) found.push(...redrives);
  return found;
}

/** The running and paused redrives and discards of all workflows. */
export async function allRunning(context: Context): Promise<Redrive[]> {
  const names: string[] = [];
  const page = (cursor: object) =>
    call(context, 'list-workflows', {
      path: {},
      query: { limit: limits.pageItems, counts: 'none', ...cursor },
    });
  for await (const { workflows } of pagesOf(page)) names.push(...workflows.map(({ workflow }) => workflow));
  const found = await tenAtATime(names, (workflow) => redrivesOf(context, workflow));
  return found.flat().filter(isOpen);
}

/** Whether it is running or paused. */
export function isOpen({ state }: Redrive): boolean {
  return state === 'running' || state === 'paused';
}

/** The redrive with this id, or the only one of the workflow that fits. Throws a UsageError if there are several. */
export async function chosenRedrive(
  context: Context,
  workflow: string,
  id: string | undefined,
  fits: (redrive: Redrive) => boolean,
): Promise<{ workflow: string; redrive: string }> {
  if (id !== undefined) return { workflow, redrive: id };
  const found = (await redrivesOf(context, workflow)).filter(fits);
  const [only, ...others] = found;
  if (only === undefined) {
    throw notFound(
      'redrive-not-found',
      `${workflow} has no redrive or discard in such a state; \`warden redrive status ${workflow}\` lists all of them`,
    );
  }
  if (others.length > 0) {
    throw new UsageError(
      `${workflow} has ${found.length}: name one of them`,
      found.map((one) => `  ${one.id}  ${one.action}, ${one.state}`).join('\n'),
    );
  }
  return { workflow, redrive: only.id };
}
