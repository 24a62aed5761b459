import { type Command, InvalidArgumentError, Option } from 'commander';
import { breachedStates, type ItemState, itemStates } from '../../../core/contract/item.ts';
import type { BreachedFilter } from '../../../core/contract/item-filter.ts';
import type { QueryOf } from '../../contracts.ts';
import type { Context } from '../context.ts';
import { parsePast } from './duration.ts';
import { readIds } from './ids.ts';

/** What the options of `addFilters` are parsed to. */
export interface Filters {
  state?: ItemState[];
  step?: string;
  tag?: string[];
  reason?: string;
  type?: string;
  started?: boolean;
  notStarted?: boolean;
  prefix?: string;
  attempt?: number;
  id?: string[];
  idsFrom?: string;
  dueBefore?: string;
  dueAfter?: string;
  registeredBefore?: string;
  registeredAfter?: string;
}

/** The filters of lists, exports, redrives and discards: an item must match all of them. */
export function addFilters(command: Command, states: readonly ItemState[], context: Context): Command {
  const past = (text: string) => parsePast(text, context.now());
  return command
    .option('--state <states>', `in one of these states: ${states.join(', ')}`, statesParser(states))
    .option('--step <step>', 'whose last step is this one')
    .option('--tag <tag>', 'with this tag, key:value, key=value or key; repeat it for several', addTag)
    .option('--reason <text>', 'that failed with a reason that contains this text')
    .option('--type <type>', 'that failed with exactly this type')
    .option('--not-started', 'that reported no step')
    .addOption(new Option('--started [boolean]').preset(true).argParser(parseSwitch).hideHelp())
    .option('--prefix <text>', 'whose ids begin with this text')
    .option('--attempt <number>', 'in this attempt', parseCount)
    .option('--id <id>', 'with this id; repeat it for several', addText)
    .option('--ids-from <file>', 'with the ids in this file, one a line; - reads standard input')
    .option('--due-before <time>', 'with a deadline before this time, or before 1h ago', past)
    .option('--due-after <time>', 'with a deadline at this time or later', past)
    .option('--registered-before <time>', 'first registered before this time, or before 1h ago', past)
    .option('--registered-after <time>', 'first registered at this time or later', past);
}

/** The filters as the query of a list has them. */
export async function queryOf(context: Context, filters: Filters): Promise<QueryOf<'list'>> {
  const { state, tag, attempt, ids, started, alike } = await parts(context, filters);
  return {
    ...alike,
    ...(state && { state }),
    ...(tag && { tag }),
    ...(ids && { id: ids }),
    ...(started !== undefined && { started: String(started) }),
    ...(attempt !== undefined && { attempt: String(attempt) }),
  };
}

/** The filters as the body of a redrive or a discard has them. */
export async function bodyOf(context: Context, filters: Filters): Promise<BreachedFilter> {
  const { state, tag, attempt, ids, started, alike } = await parts(context, filters);
  return {
    ...alike,
    ...(state && { states: state.filter((one) => one === 'overdue' || one === 'failed') }),
    ...(tag && { tags: tag }),
    ...(ids && { ids }),
    ...(started !== undefined && { started }),
    ...(attempt !== undefined && { attempt }),
  };
}

const alikeNames = [
  'step',
  'type',
  'reason',
  'prefix',
  'dueBefore',
  'dueAfter',
  'registeredBefore',
  'registeredAfter',
] as const;

async function parts(context: Context, filters: Filters) {
  const { state, tag, attempt, id, idsFrom } = filters;
  const fromFile = idsFrom === undefined ? [] : await readIds(context, idsFrom);
  const ids = id === undefined && idsFrom === undefined ? undefined : [...(id ?? []), ...fromFile];
  const started = filters.notStarted ? false : filters.started;
  const alike: Partial<Record<(typeof alikeNames)[number], string>> = {};
  for (const name of alikeNames) {
    const value = filters[name];
    if (value !== undefined) alike[name] = value;
  }
  return { state, tag, attempt, ids, started, alike };
}

/** `--state overdue,failed`, or the option twice. `breached` is both. */
function statesParser(allowed: readonly ItemState[]) {
  return (text: string, before: ItemState[] = []): ItemState[] => {
    const wanted = text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .flatMap((one) => (one === 'breached' ? [...breachedStates] : [one]));
    const unknown = wanted.find((one) => !allowed.some((state) => state === one));
    if (unknown !== undefined || wanted.length === 0) {
      const known = itemStates.some((state) => state === unknown);
      throw new InvalidArgumentError(
        `It must be ${allowed.join(', ')}, or several of them with commas${known ? ': others are not selected here' : ''}.`,
      );
    }
    return [...new Set([...before, ...(wanted as ItemState[])])];
  };
}

/** `key:value` as the service has it; people also write `key=value`. */
function addTag(text: string, before: string[] = []): string[] {
  return [...before, text.replace(/^([^:=]+)=/, '$1:')];
}

function addText(text: string, before: string[] = []): string[] {
  return [...before, text];
}

function parseSwitch(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new InvalidArgumentError('It must be true or false.');
}

/** A whole number from 1. Throws an InvalidArgumentError. */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
