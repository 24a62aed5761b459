import { useState } from 'preact/hooks';
import type { TokenReply, TokenSummary } from '../../core/contract/token.ts';
import { call } from '../api.ts';
import { Action, Confirmed } from '../parts/action.tsx';
import { Empty, Head, State, Time, Trouble } from '../parts/basics.tsx';
import { Field } from '../parts/field.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { May, may } from '../permission.tsx';
import { usePoll } from '../poll.ts';
import { plural } from '../text.ts';

const scopes = ['ingest', 'read', 'operate', 'admin'] as const;

const columns: readonly Column<TokenSummary>[] = [
  { title: 'Name', of: ({ name, id }) => <span title={id}>{name}</span> },
  { title: 'State', of: ({ state }) => <State of={state} /> },
  { title: 'Scopes', of: ({ scopes: has }) => has.join(', ') },
  { title: 'Workflows', isExtra: true, of: ({ workflows }) => workflows.join(', ') },
  { title: 'Last used', of: ({ lastUsedAt }) => lastUsedAt && <Time at={lastUsedAt} /> },
  { title: 'Expires', isExtra: true, of: ({ expiresAt }) => expiresAt && <Time at={expiresAt} /> },
  {
    title: 'Action',
    of: ({ id, state }) =>
      state === 'active' &&
      may('revoke-token') && (
        <Confirmed
          what="revoke it"
          question="Calls with this token, and with all tokens that it created, are refused from now on."
          act={() => call('revoke-token', { path: { token: id }, query: { descendants: true } })}
        />
      ),
  },
];

export function TokensPage() {
  const { value, error } = usePoll('tokens', (signal) =>
    call('list-tokens', { path: {}, query: { limit: 200 }, signal }),
  );
  return (
    <>
      <Head title="Tokens" />
      <Trouble error={error} />
      <May act="create-token">
        <Create />
      </May>
      {value?.tokens.length === 0 && (
        <Empty
          text="There is no token. Create one for each service that calls the warden:"
          warden="warden tokens create shop --scope ingest --workflow orders"
        />
      )}
      {value !== undefined && value.tokens.length > 0 && (
        <Table
          caption={plural(value.tokens.length, 'token')}
          rows={value.tokens}
          columns={columns}
          keyOf={({ id }) => id}
        />
      )}
    </>
  );
}

function Create() {
  const [name, setName] = useState('');
  const [workflows, setWorkflows] = useState('*');
  const [chosen, setChosen] = useState<readonly (typeof scopes)[number][]>(['ingest']);
  const [expiresIn, setExpiresIn] = useState('');
  const [created, setCreated] = useState<TokenReply>();
  return (
    <details>
      <summary>Create a token</summary>
      <Field label="What it is for" maxLength={128} value={name} onText={setName} />
      <Field label="Workflows, or prefixes with a star" value={workflows} onText={setWorkflows} />
      <Field
        label="Expires in"
        placeholder="90d; empty: never"
        maxLength={64}
        value={expiresIn}
        onText={setExpiresIn}
      />
      {scopes.map((scope) => (
        <label key={scope}>
          <input
            type="checkbox"
            checked={chosen.includes(scope)}
            onChange={({ currentTarget: { checked } }) =>
              setChosen(checked ? [...chosen, scope] : chosen.filter((one) => one !== scope))
            }
          />{' '}
          {scope}
        </label>
      ))}
      <Action
        kind="main"
        isDisabled={name.trim() === '' || chosen.length === 0}
        act={async () =>
          setCreated(
            await call('create-token', {
              path: {},
              body: {
                name: name.trim(),
                scopes: [...chosen],
                ...(expiresIn.trim() !== '' && { expiresIn: expiresIn.trim() }),
                workflows: workflows.split(/[\s,]+/).filter(Boolean),
              },
            }),
          )
        }
      >
        Create
      </Action>
      {created !== undefined && (
        <p>
          The token is shown only this once. Copy it now: <code>{created.token}</code>
        </p>
      )}
    </details>
  );
}
