import type { ReplyOf } from '../../core/contract/calls.ts';

type Workflow = ReplyOf<'read-workflow'>;

/** What each setting means. */
const meanings = {
  timeout: 'the time to the deadline of items that are registered without one',
  warnAfter: 'people are warned of items that are not completed after this time',
  stuckAfter: 'people are warned of items whose progress stays the same for longer',
  shadowTimeout: 'a timeout on trial: statistics count late attempts, nobody is notified',
  receipts: 'how long receipts of completed items are kept',
  notifications: 'when people are notified again',
  expect: 'how many registrations are expected, and how often',
  idempotent: 'doing the work of an item twice does no harm',
  redrive: 'when items are resumed automatically',
  shards: 'partitions of the index',
  badge: 'everybody may see how many items are overdue and failed',
  severity: 'sent with every notification',
} satisfies { [Name in keyof Workflow]?: string };

/** The settings of a workflow, each with its meaning. */
export function Settings({ of }: { of: Workflow }) {
  const known = Object.entries(of).flatMap(([name, setting]) =>
    name in meanings ? [{ name, setting, meaning: meanings[name as keyof typeof meanings] }] : [],
  );
  return (
    <section>
      <h2>Settings</h2>
      {known.length === 0 && <p>Every setting is the default.</p>}
      <dl class="facts settings">
        {known.map(({ name, setting, meaning }) => (
          <div key={name}>
            <dt>
              {name} <small>{meaning}</small>
            </dt>
            <dd>
              <code>{typeof setting === 'object' ? JSON.stringify(setting) : String(setting)}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
