import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { itemPath } from '../../../core/contract/query-form.ts';
import type { Answer, Caller } from './caller.ts';
import type { Answered, Entry } from './ledger.ts';

interface Client {
  workflow: string;
  caller: Caller;
  sqs: SQSClient;
  /** Resolves once there is a service. */
  up: () => Promise<unknown>;
  /** Whether a request without a reply is left with an unknown result. */
  coin: () => boolean;
}

/**
 * Registers the item and does with it what is planned. A request without a reply is repeated or, at random, left with
 * an unknown result. Any reply other than success is an error.
 */
export async function carryOut(entry: Entry, client: Client): Promise<void> {
  const sentAt = Date.now();
  const registered = await answered(() => {
    entry.sent++;
    return register(entry, client);
  }, client);
  if (!registered) return;
  entry.registration = 'acknowledged';
  const { outcome, deadline } = registered.json ?? {};
  const isFirst = deadline !== undefined && outcome !== 'restarted';
  entry.deadline = isFirst ? Date.parse(deadline) : sentAt + entry.timeout * 1_000;
  if (entry.next === 'complete') await complete(entry, client);
  // A message is carried out some time later.
  if (entry.run !== undefined) return;
  if (entry.next === 'progress') await progress(entry, client);
  if (entry.next === 'fail') await fail(entry, client);
}

async function register(
  { item, timeout, data, run }: Entry,
  { workflow, caller, sqs }: Client,
): Promise<Pick<Answer, 'json'>> {
  if (run === undefined)
    return expectStatus([200, 201], await caller.register(workflow, item, { timeout, data }));
  const operations = [{ op: 'register', item, run, timeout, data }];
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: 'http://localhost/000000000000/ingest',
      MessageBody: JSON.stringify({ workflow, operations }),
    }),
  );
  return { json: undefined };
}

async function complete(entry: Entry, client: Client): Promise<void> {
  const { workflow, caller } = client;
  entry.completion = 'unknown';
  const path = itemPath(workflow, entry.item) + (entry.run === undefined ? '' : `&run=${entry.run}`);
  const completed = await answered(async () => caller.request('DELETE', path), client);
  if (!completed) return;
  // 404: an earlier try whose reply was lost has completed the item.
  expectStatus([200, 404], completed);
  entry.completion = 'acknowledged';
  entry.completedAt = Date.now();
  entry.outcome = completed.json.outcome;
}

async function progress(entry: Entry, client: Client): Promise<void> {
  const [value = 0] = entry.data.nested;
  entry.progress = { value, report: await reported(entry, client, { progress: value }) };
}

async function fail(entry: Entry, client: Client): Promise<void> {
  entry.failure = 'unknown';
  entry.failure = await reported(entry, client, { failed: { reason: 'not enough space' } });
}

async function reported({ item }: Entry, client: Client, body: object): Promise<Answered> {
  const answer = await answered(() => client.caller.progress(client.workflow, item, body), client);
  if (answer) expectStatus([200], answer);
  return answer ? 'acknowledged' : 'unknown';
}

function expectStatus(allowed: readonly number[], answer: Answer): Answer {
  if (!allowed.includes(answer.status))
    throw new Error(`a request was answered ${answer.status} ${JSON.stringify(answer.json)}`);
  return answer;
}

/** Undefined if a reply was lost and the request is not repeated. */
async function answered<Given>(
  request: () => Promise<Given>,
  { up, coin }: Pick<Client, 'up' | 'coin'>,
): Promise<Given | undefined> {
  for (;;) {
    await up();
    try {
      return await request();
    } catch (error) {
      // The connection was closed: the process was killed.
      if (!(error instanceof Error && 'code' in error)) throw error;
      if (coin()) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
