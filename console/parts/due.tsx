import { durationText } from '../../core/contract/duration-text.ts';
import { call } from '../api.ts';
import { seldomMs, usePoll } from '../poll.ts';
import { plural } from '../text.ts';
import { Time } from './basics.tsx';
import { TimeBars } from './charts.tsx';
import { dueBars, dueHours } from './due-bars.ts';
import { hourMs } from './periods.ts';

/** As many as a page of a list has. */
const most = 200;

/** How many waiting items are due in each of the next hours; of more than a page, up to the last one that was read. */
export function Due({ workflow }: { workflow: string }) {
  const { value } = usePoll(
    `due ${workflow}`,
    async (signal) => {
      const now = Date.now();
      const { items, cursor } = await call('list', {
        path: { workflow },
        query: {
          state: ['waiting'],
          sort: 'deadline',
          dueBefore: new Date(now + dueHours * hourMs).toISOString(),
          limit: most,
        },
        signal,
      });
      const due = items.map(({ deadline }) => Date.parse(deadline));
      return { now, read: due.length, ...dueBars(due, { now, isPart: cursor !== undefined }) };
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
            Only the {read} items that are checked next are read, so what is due after the last of them,{' '}
            <Time at={new Date(to).toISOString()} />, is not drawn.
          </>
        )}
      </p>
    </>
  );
}
