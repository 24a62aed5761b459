import type { PublishBatchCommandOutput, SNSClient } from '@aws-sdk/client-sns';
import type { Reply } from './request-in-process.ts';
import type { Warden } from './warden.ts';

export const redrivesOf = (workflow: string) => `/v1/workflows/${workflow}/redrives`;

/** The redrives of a warden wait by moving the clock, and retry SNS at once. */
export function withoutWaiting({ aws: { service }, clock }: Warden): void {
  service.wait = async (ms) => clock.advance(ms);
  service.publishRetry = { retries: 6, minTimeout: 0, maxTimeout: 1 };
}

/** Items of a new workflow that fail, registered in this order, 10 ms apart. */
export async function failedItems(
  warden: Warden,
  items: readonly string[],
  more: Record<string, unknown> = {},
): Promise<string> {
  const workflow = warden.newWorkflow();
  for (const item of items) {
    warden.clock.advance(10);
    await warden.register(workflow, item, { timeout: 600, ...more });
  }
  for (const item of items) await warden.progress(workflow, item, { failed: { reason: 'disk full' } });
  warden.clock.advance(10);
  return workflow;
}

/** A workflow that is in the registry, without items. */
export async function emptyWorkflow(warden: Warden): Promise<string> {
  const workflow = warden.newWorkflow();
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: {} });
  return workflow;
}

export function startRedrive(warden: Warden, workflow: string, body: object = {}): Promise<Reply> {
  return warden.request('POST', redrivesOf(workflow), { body });
}

/** Starts a redrive and returns its id. */
export async function startedRedrive(warden: Warden, workflow: string, body: object = {}): Promise<string> {
  const { status, json } = await startRedrive(warden, workflow, body);
  if (status !== 202) throw new Error(`the redrive was answered ${status} ${JSON.stringify(json)}`);
  return json.id;
}

/** Does some other work right before the next message is published. */
export function beforePublishing({ aws: { service } }: Warden, work: () => Promise<unknown>): void {
  const publish = service.redriveTopic.publish;
  service.redriveTopic.publish = async function (...args) {
    service.redriveTopic.publish = publish;
    await work();
    return publish.apply(this, args);
  };
}

/** @param change an action, or the whole body */
export function changeRedrive(
  warden: Warden,
  workflow: string,
  redrive: string,
  change: string | object,
): Promise<Reply> {
  const body = typeof change === 'string' ? { action: change } : change;
  return warden.request('PATCH', `${redrivesOf(workflow)}/${redrive}`, { body });
}

/** The progress of a redrive or discard. */
export async function redriveOf(warden: Warden, workflow: string, redrive: string): Promise<Reply['json']> {
  return (await warden.request('GET', `${redrivesOf(workflow)}/${redrive}`)).json;
}

/** The names of the markers by which the runner finds redrives of this workflow. */
export async function markersOf({ aws }: Warden, workflow: string): Promise<string[]> {
  const found: string[] = [];
  for await (const running of aws.service.redrives.running()) {
    if (running.workflow === workflow) found.push(running.id);
  }
  return found;
}

/** Rejects the redrive messages of one item this many times, as SNS does if a batch fails in part. */
export function refuseMessages(sns: SNSClient, refusedItem: string, times: number) {
  let left = times;
  sns.middlewareStack.add(
    (next) => async (args) => {
      const { PublishBatchRequestEntries: entries = [] } = args.input as {
        PublishBatchRequestEntries?: { Id: string; Message: string }[];
      };
      const isRefused = ({ Message }: { Message: string }) => {
        const { item, redrive } = JSON.parse(Message);
        return redrive !== undefined && item === refusedItem;
      };
      const refused = entries.filter(isRefused);
      if (refused.length === 0 || left-- <= 0) return next(args);
      const taken = entries.filter((entry) => !isRefused(entry));
      // SNS accepts no empty batch.
      const reply =
        taken.length > 0
          ? await next({ ...args, input: { ...args.input, PublishBatchRequestEntries: taken } as never })
          : { output: {}, response: {} };
      const Failed = refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
      return { ...reply, output: { ...(reply.output as PublishBatchCommandOutput), Failed } };
    },
    { step: 'initialize', name: 'refuseMessages' },
  );
  return { restore: () => sns.middlewareStack.remove('refuseMessages') };
}
