import { durationText } from '../../core/contract/duration-text.ts';
import { call } from '../api.ts';
import { seldomMs, usePoll } from '../poll.ts';
import { plural } from '../text.ts';
import { Time } from './basics.tsx';
import { TimeBars } from './charts.tsx';
import { dueBars, dueHours } from './due-bars.ts';
import { hourMs } from './periods.ts';

/** As many as a page of a list has. A busy service ends a page earlier, so several are read. */
const most = 200;
const mostPages = 5;

/** Deadlines of waiting items, in ms since 1970, in order of their next checks; and whether there are more. */
async function readDeadlines(workflow: string, now: number, signal: AbortSignal) {
  const dueBefore = new Date(now + dueHours * hourMs).toISOString();
  const deadlines: number[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const limit = most - deadlines.length;
    const query = {
      state: ['waiting' as const],
      sort: 'deadline' as const,
      dueBefore,
      limit,
      ...(cursor && { cursor }),
    };
    const reply = await call('list', { path: { workflow }, query, signal });
    deadlines.push(...reply.items.map(({ deadline }) => Date.parse(deadline)));
    cursor = reply.cursor;
    if (cursor === undefined || deadlines.length === most) break;
  }
  return { deadlines, isPart: cursor !== undefined };
}

/** How many waiting items are due in each of the next hours, up to the last item that was read. */
export function Due({ workflow }: { workflow: string }) {
  const { value } = usePoll(
    `due ${workflow}`,
    async (signal) => {
      const now = Date.now();
      const { deadlines, isPart } = await readDeadlines(workflow, now, signal);
      return { now, read: deadlines.length, ...dueBars(deadlines, { now, isPart }) };
    },
    seldomMs,
  );
  if (value === undefined) return null;
  const { now, read, to, values, count, isPart } = value;
  const time = isPart ? durationText(to - now) : `${dueHours} hours`;
  return (
    <>
      <h3>{isPart ? `Due in the next ${time}` : `Due by hour, in the next ${time}`}</h3>
      <TimeBars
        values={values}
        label={`${plural(count, 'item')} due in the next ${time}: ${values.join(', ')}`}
        from="now"
        to={`in ${time}`}
        most={Math.max(...values).toLocaleString('en')}
      />
      <p>
        {plural(count, 'item')} {count === 1 || count === 0 ? 'is' : 'are'} due
        {isPart ? ' in this time' : ''}.
        {isPart && (
          <>
            {' '}
            Only the first {plural(read, 'item')} by the next check are read. Items due after the last of
            them, <Time at={new Date(to).toISOString()} />, are not shown.
          </>
        )}
      </p>
    </>
  );
}
