import type { Ports } from '../../core/ports.ts';
import type { Running } from '../../core/running.ts';
import { type ConnectedService, type ConnectOptions, connectService } from '../../local/connect-service.ts';
import { MemoryAws, type MemoryOptions } from './memory-aws.ts';

export interface MemoryService extends ConnectedService {
  memory: MemoryAws;
  /** For tests that take the embedded servers: `fireDue` of the memory AWS. */
  emulator: { fireDue(): Promise<number> };
  /** The ports of one more process: its own clock, log and caches, over the same AWS. Costs nearly nothing. */
  process(running: Running): Ports;
  close(): Promise<void>;
}

/** Connects the service to an AWS in memory, with its tables, queues, topics and schedule group. */
export async function connectMemory(
  { log, ...options }: Omit<MemoryOptions, 'clock'> & Running,
  connectOptions: ConnectOptions = {},
): Promise<MemoryService> {
  const memory = new MemoryAws(options);
  const connected = await connectService(
    memory.transports as never,
    { clock: options.clock, log },
    connectOptions,
  );
  return {
    ...connected,
    memory,
    emulator: { fireDue: async () => memory.fireDue() },
    process: () => connected.service,
    close: async () => {
      connected.disconnect();
      memory.close();
    },
  };
}
