import { instant } from '../../core/contract/time.ts';
import { changeRedrive, failedItems, startRedrive } from './redrives.ts';
import type { Reply } from './request-in-process.ts';
import { makeToken } from './tokens.ts';
import type { Warden } from './warden.ts';

/** One audited action, as an HTTP request. */
export interface AuditedCase {
  action: string;
  /** Creates the object of the action. Returns the request for the action, and the object that its entry names. */
  prepare(warden: Warden): Promise<{ ask: () => Promise<Reply>; workflow?: string; subject?: string }>;
  /** The result of a second request: the same reply without doing anything, a refusal, or one more action. */
  again: 'nothing' | 'refused' | 'another';
}

const of = (workflow: string) => `/v1/workflows/${workflow}`;

function silence(warden: Warden, workflow: string): () => Promise<Reply> {
  const body = { until: instant(warden.clock.now() + 3_600_000), reason: 'moving house', create: true };
  return () => warden.request('PUT', `${of(workflow)}/silence`, { body });
}

async function startDiscard(
  warden: Warden,
): Promise<{ ask: () => Promise<Reply>; workflow: string; subject: string }> {
  const workflow = await failedItems(warden, ['a']);
  const discard = (body: object) => warden.request('POST', `${of(workflow)}/discards`, { body });
  const { token } = (await discard({ dryRun: true })).json;
  return { ask: () => discard({ token }), workflow, subject: token };
}

/** Changes of something in progress, after other changes that they need. */
function changes(
  what: 'redrive' | 'discard',
  start: (warden: Warden) => Promise<{ workflow: string; subject: string }>,
): AuditedCase[] {
  const change = (done: string, before: string[], action: string | object): AuditedCase => ({
    action: `${what}-${done}`,
    again: 'nothing',
    async prepare(warden) {
      const { workflow, subject } = await start(warden);
      for (const earlier of before) await changeRedrive(warden, workflow, subject, earlier);
      return { ask: () => changeRedrive(warden, workflow, subject, action), workflow, subject };
    },
  });
  return [
    change('paused', [], 'pause'),
    change('continued', ['pause'], 'continue'),
    change('aborted', [], 'abort'),
    change('rate-changed', [], { rate: 7 }),
  ];
}

export const auditedCases: AuditedCase[] = [
  {
    action: 'settings-saved',
    again: 'nothing',
    async prepare(warden) {
      const workflow = warden.newWorkflow();
      const body = { timeout: 'PT1H', expect: { atLeast: 2, every: 3_600 }, notifications: {} };
      return { ask: () => warden.request('PUT', of(workflow), { body }), workflow };
    },
  },
  {
    action: 'workflow-removed',
    again: 'refused',
    async prepare(warden) {
      const workflow = warden.newWorkflow();
      await warden.request('PUT', of(workflow), { body: { timeout: 60 } });
      return { ask: () => warden.request('DELETE', of(workflow)), workflow };
    },
  },
  {
    action: 'token-created',
    again: 'another',
    async prepare(warden) {
      const body = { name: 'ci', scopes: ['read'], workflows: ['*'] };
      return { ask: () => warden.request('POST', '/v1/tokens', { body }) };
    },
  },
  {
    action: 'token-revoked',
    again: 'nothing',
    async prepare(warden) {
      const { id } = await makeToken(warden, { scopes: ['read'] });
      return { ask: () => warden.request('DELETE', `/v1/tokens/${id}`), subject: id };
    },
  },
  {
    action: 'silence-set',
    again: 'nothing',
    async prepare(warden) {
      const workflow = warden.newWorkflow();
      return { ask: silence(warden, workflow), workflow };
    },
  },
  {
    action: 'silence-ended',
    again: 'nothing',
    async prepare(warden) {
      const workflow = warden.newWorkflow();
      await silence(warden, workflow)();
      return { ask: () => warden.request('DELETE', `${of(workflow)}/silence`), workflow };
    },
  },
  {
    action: 'incident-acknowledged',
    again: 'nothing',
    async prepare(warden) {
      const workflow = await failedItems(warden, ['a']);
      const { json } = await warden.request('GET', `/v1/incidents?workflow=${workflow}`);
      const subject = json.incidents[0].id;
      const body = { acknowledged: true, note: 'mine' };
      return { ask: () => warden.request('PATCH', `/v1/incidents/${subject}`, { body }), workflow, subject };
    },
  },
  {
    action: 'redrive-started',
    again: 'another',
    async prepare(warden) {
      const workflow = await failedItems(warden, ['a']);
      return { ask: () => startRedrive(warden, workflow), workflow };
    },
  },
  { action: 'discard-started', again: 'nothing', prepare: startDiscard },
  ...changes('redrive', async (warden) => {
    const workflow = await failedItems(warden, ['a']);
    return { workflow, subject: (await startRedrive(warden, workflow)).json.id };
  }),
  ...changes('discard', async (warden) => {
    const { ask, ...started } = await startDiscard(warden);
    await ask();
    return started;
  }),
];
