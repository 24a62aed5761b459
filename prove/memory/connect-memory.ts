import { Clients } from '../../core/aws/clients.ts';
import { connect } from '../../core/lambda/connect.ts';
import type { Ports } from '../../core/ports.ts';
import type { Running } from '../../core/running.ts';
import { type ConnectedService, type ConnectOptions, connectService } from '../../local/connect-service.ts';
import { connectors } from '../../local/connectors.ts';
import { lightenClients } from '../../local/embedded-clients.ts';
import { MemoryAws, type MemoryOptions } from './memory-aws.ts';
import { retryAfterFailure } from './retry-after-failure.ts';
import { sendObjects } from './send-objects.ts';

export interface MemoryService extends ConnectedService {
  memory: MemoryAws;
  /** For tests that expect the embedded servers: `fireDue` of the memory AWS. */
  emulator: { fireDue(): Promise<number> };
  /**
   * The ports of one more process: its own clock, log and caches, over the same clients and the same AWS. It costs nearly
   * nothing, so every history can have new ones after `memory.reset`, and every function a clock of its own.
   */
  process(running: Running): Ports;
  close(): Promise<void>;
}

/** Connects the service to an AWS in memory, with its tables, queues, topics and schedule group. */
export async function connectMemory(
  { log, ...options }: MemoryOptions & Running,
  connectOptions: ConnectOptions = {},
): Promise<MemoryService> {
  const memory = new MemoryAws(options);
  const running = { clock: options.clock, log };
  const connected = await connectService(memory.transports, running, connectOptions);
  const { dynamodb, scheduler, sns, sqs, environment } = connected;
  lightenClients([dynamodb, scheduler, sns, sqs]);
  for (const client of [dynamodb, scheduler, sns, sqs]) {
    await retryAtOnce(client);
    retryAfterFailure(client);
  }
  for (const client of [dynamodb, sqs]) sendObjects(client);
  // The others return times, or maps.
  sendObjects(scheduler, ['CreateSchedule', 'DeleteSchedule']);
  sendObjects(sns, ['Publish', 'PublishBatch']);
  const clients = new Clients([dynamodb, scheduler, sns, sqs]);
  return {
    ...connected,
    memory,
    emulator: { fireDue: async () => memory.fireDue() },
    process: (other) => connect(connectors, environment, other, clients),
    close: async () => {
      connected.disconnect();
      memory.close();
    },
  };
}

/** The part of an SDK client that is changed here. */
interface Client {
  config: { retryStrategy: () => Promise<object> };
}

/**
 * Without the pauses between the SDK's tries, which are in real time and drawn by chance; and without its budget of
 * retries, which would carry the faults of one history to the next.
 */
async function retryAtOnce(client: Client): Promise<void> {
  const strategy = await client.config.retryStrategy();
  Object.assign(strategy, {
    retryBackoffStrategy: { computeNextBackoffDelay: () => 0, setDelayBase() {} },
    getCapacityCost: () => 0,
  });
}
