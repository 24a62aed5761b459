import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call } from './api.ts';
import { listenToKeys } from './keys.ts';
import { go, hrefOf, place } from './location.ts';
import { AuditPage } from './pages/audit.tsx';
import { ExpectationsPage } from './pages/expectations.tsx';
import { HealthPage } from './pages/health.tsx';
import { IncidentPage } from './pages/incident.tsx';
import { IncidentsPage } from './pages/incidents.tsx';
import { ItemPage } from './pages/item.tsx';
import { ItemsPage } from './pages/items.tsx';
import { RedrivePage, RedrivesPage } from './pages/redrives.tsx';
import { TokensPage } from './pages/tokens.tsx';
import { WorkflowPage } from './pages/workflow.tsx';
import { WorkflowsPage } from './pages/workflows.tsx';
import { State } from './parts/basics.tsx';
import { isReader, learnGranted, may } from './permission.tsx';
import { isPaused, seldomMs, setPaused, usePoll } from './poll.ts';
import { isTokenNeeded, signIn, signOut, token } from './session.ts';

const sections = [
  ['Workflows', 'workflows'],
  ['Incidents', 'incidents'],
  ['Expected', 'expectations'],
  ['Audit log', 'audit'],
  ['Tokens', 'tokens'],
] as const;

/** The page of a place. Unknown places show the workflows. */
function Page() {
  const [section, first, second, third] = place.value.path;
  if (section === 'incidents')
    return first === undefined ? <IncidentsPage /> : <IncidentPage id={first} key={first} />;
  if (section === 'expectations') return <ExpectationsPage />;
  if (section === 'health') return <HealthPage />;
  if (section === 'audit') return <AuditPage />;
  if (section === 'tokens') return <TokensPage />;
  if (section !== 'workflows' || first === undefined) return <WorkflowsPage />;
  if (second === 'items') return <ItemsPage workflow={first} />;
  if (second === 'item' && third !== undefined) return <ItemPage workflow={first} item={third} key={third} />;
  if (second === 'redrives') {
    return third === undefined ? (
      <RedrivesPage workflow={first} />
    ) : (
      <RedrivePage workflow={first} id={third} key={third} />
    );
  }
  return <WorkflowPage workflow={first} key={first} />;
}

function Health() {
  const { value, error } = usePoll(
    'health in the head',
    (signal) => call('check-health', { path: {}, signal }),
    seldomMs,
  );
  const state = error !== undefined ? 'unreachable' : (value?.status ?? 'unknown');
  return (
    <a
      class="health"
      href={hrefOf(['health'])}
      aria-current={place.value.path[0] === 'health' ? 'page' : undefined}
    >
      <span>Health</span> <State of={state} />
    </a>
  );
}

function SignIn() {
  const [text, setText] = useState('');
  return (
    <main>
      <h1>Process Warden</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') signIn(text.trim());
        }}
      >
        <p>
          This warden needs a token. It is kept until you close this tab, and is sent to this service only.
        </p>
        {token.value !== undefined && <p class="trouble">The service refused the last token.</p>}
        <label>
          Token{' '}
          <input
            type="password"
            autocomplete="off"
            value={text}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>{' '}
        <button type="submit" class="main">
          Sign in
        </button>
      </form>
    </main>
  );
}

function Console() {
  useEffect(() => listenToKeys(), []);
  useEffect(() => {
    if (place.value.path.length === 0) go(hrefOf(['workflows']));
  }, []);
  useEffect(() => {
    const ended = new AbortController();
    void learnGranted(ended.signal);
    return () => ended.abort();
  }, [token.value]);
  if (isTokenNeeded.value) return <SignIn />;
  const [section] = place.value.path;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        To the content
      </button>
      <nav class="head" aria-label="Sections">
        {sections
          .filter(([, path]) => path !== 'tokens' || may('list-tokens'))
          .map(([text, path]) => (
            <a key={path} href={hrefOf([path])} aria-current={section === path ? 'page' : undefined}>
              {text}
            </a>
          ))}
        <Health />
        {isReader() && <span class="state">this token reads only</span>}
        <button type="button" aria-pressed={isPaused.value} onClick={() => setPaused(!isPaused.value)}>
          {isPaused.value ? 'Continue refreshing' : 'Pause refreshing'}
        </button>
        {token.value !== undefined && (
          <button type="button" onClick={signOut}>
            Sign out
          </button>
        )}
      </nav>
      <main id="main" tabIndex={-1}>
        <Page />
      </main>
    </>
  );
}

const root = document.getElementById('root');
if (root) render(<Console />, root);
