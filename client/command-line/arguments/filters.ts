import type { QueryOf } from '../../../core/contract/calls.ts';
import { breachedStates, type ItemState, itemStates } from '../../../core/contract/item.ts';
import type { BreachedFilter } from '../../../core/contract/item-filter.ts';
import type { Context } from '../context.ts';
import type { FilterOptions } from '../filter-options.ts';
import { UsageError } from '../usage-error.ts';
import { parseCount } from './count.ts';
import { parsePast } from './duration.ts';
import { readIds } from './ids.ts';

/** The filters for the query of a list. Throws a UsageError. */
export async function queryOf(context: Context, options: FilterOptions): Promise<QueryOf<'list'>> {
  const { state, tag, attempt, ids, started, stuck, alike } = await parts(context, options, itemStates);
  return {
    ...alike,
    ...(state && { state }),
    ...(tag && { tag }),
    ...(ids && { id: ids }),
    ...(started !== undefined && { started }),
    ...(stuck !== undefined && { stuck }),
    ...(attempt !== undefined && { attempt }),
  };
}

/** The filters for the body of a redrive or a discard. Throws a UsageError. */
export async function bodyOf(context: Context, options: FilterOptions): Promise<BreachedFilter> {
  const { state, tag, attempt, ids, started, stuck, alike } = await parts(context, options, breachedStates);
  return {
    ...alike,
    ...(state && { states: state }),
    ...(tag && { tags: tag }),
    ...(ids && { ids }),
    ...(started !== undefined && { started }),
    ...(stuck !== undefined && { stuck }),
    ...(attempt !== undefined && { attempt }),
  };
}

const textNames = ['step', 'type', 'reason', 'prefix'] as const;
const timeNames = ['dueBefore', 'dueAfter', 'registeredBefore', 'registeredAfter'] as const;
type Alike = Partial<Record<(typeof textNames)[number] | (typeof timeNames)[number], string>>;

async function parts<State extends ItemState>(
  context: Context,
  options: FilterOptions,
  states: readonly State[],
) {
  const { state, tag, attempt, id, idsFrom } = options;
  const fromFile = idsFrom === undefined ? [] : await readIds(context, idsFrom);
  const alike: Alike = {};
  for (const name of textNames) {
    const value = options[name];
    if (value !== undefined) alike[name] = value;
  }
  for (const name of timeNames) {
    const value = options[name];
    if (value !== undefined) alike[name] = parsePast(value, context.now());
  }
  return {
    state: state && parseStates(state, states),
    tag: tag?.map(tagFilter),
    attempt: attempt === undefined ? undefined : parseCount('--attempt', attempt),
    ids: id === undefined && idsFrom === undefined ? undefined : [...(id ?? []), ...fromFile],
    started: startedOf(options),
    stuck: options.stuck,
    alike,
  };
}

/** `--state overdue,failed`, or the option twice. `breached` is both. */
function parseStates<State extends ItemState>(texts: readonly string[], allowed: readonly State[]): State[] {
  const wanted = texts
    .flatMap((text) => text.split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .flatMap((one) => (one === 'breached' ? [...breachedStates] : [one]));
  const isAllowed = (one: string): one is State => allowed.some((state) => state === one);
  const unknown = wanted.find((one) => !isAllowed(one));
  if (unknown !== undefined || wanted.length === 0) {
    throw new UsageError(
      `--state must be ${allowed.join(', ')}, or several of them with commas; received ${JSON.stringify(unknown ?? '')}`,
      unknown === 'not-started' ? 'Items that were not started are selected with --not-started.' : undefined,
    );
  }
  return [...new Set(wanted.filter(isAllowed))];
}

/** `key:value`, the form of the service. People also write `key=value`. */
function tagFilter(text: string): string {
  return text.replace(/^([^:=]+)=/, '$1:');
}

function startedOf({ started, notStarted }: FilterOptions): boolean | undefined {
  if (notStarted) return false;
  if (started === undefined || started === true) return started;
  if (started === 'true' || started === 'false') return started === 'true';
  throw new UsageError(`--started must be true or false; received ${JSON.stringify(started)}`);
}
