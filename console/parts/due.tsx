import { call } from '../api.ts';
import { seldomMs, usePoll } from '../poll.ts';
import { plural } from '../text.ts';
import { Time } from './basics.tsx';
import { TimeBars } from './charts.tsx';
import { byHour, hourMs } from './periods.ts';

const hours = 12;
/** As many as a page of a list has. */
const most = 200;

/** How many waiting items are due in each of the next hours, of the first that are due. */
export function Due({ workflow }: { workflow: string }) {
  const { value } = usePoll(
    `due ${workflow}`,
    (signal) =>
      call('list', {
        path: { workflow },
        query: {
          state: ['waiting'],
          sort: 'deadline',
          dueBefore: new Date(Date.now() + hours * hourMs).toISOString(),
          limit: most,
        },
        signal,
      }),
    seldomMs,
  );
  if (value === undefined) return null;
  const due = value.items.map(({ deadline }) => Date.parse(deadline));
  const values = byHour(due, { from: Date.now(), hours });
  const last = due.length === 0 ? undefined : new Date(Math.max(...due)).toISOString();
  const isPart = value.cursor !== undefined;
  return (
    <>
      <h3>Due by hour, in the next {hours} hours</h3>
      <TimeBars
        values={values}
        label={`${plural(due.length, 'item')} due: ${values.join(', ')} by hour`}
        from="now"
        to={`in ${hours} hours`}
        most={Math.max(...values).toLocaleString('en')}
      />
      <p>
        {isPart ? 'The first ' : ''}
        {plural(due.length, 'item')}
        {last !== undefined && (
          <>
            {due.length === 1 ? ' is' : ' are'} due, the last of these <Time at={last} />
          </>
        )}
        {due.length === 0 && ' is due'}.
      </p>
    </>
  );
}
