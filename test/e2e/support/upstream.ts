import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RedriveMessage } from '../../../core/contract/redrive.ts';
import type { Laptop } from './laptop-without-vitest.ts';

/** The messages with one id. */
export interface Taken {
  times: number;
  message: RedriveMessage;
  /** The text as it arrived. */
  text: string;
  /** How many texts with the same id differed from the first. */
  others: number;
}

/** An upstream service at a URL that accepts every resumed item. */
export class Upstream {
  /** By id. */
  readonly taken = new Map<string, Taken>();
  /** When each id arrived first, in milliseconds since the epoch. */
  readonly times: number[] = [];
  readonly url: string;

  private constructor(url: string) {
    this.url = url;
  }

  static async start(laptop: Laptop): Promise<Upstream> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      upstream.#take(Buffer.concat(chunks).toString());
      response.writeHead(200).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    laptop.atEnd(() => {
      server.closeAllConnections();
      server.close();
    });
    const upstream = new Upstream(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return upstream;
  }

  of(workflow: string): Taken[] {
    return [...this.taken.values()].filter(({ message }) => message.workflow === workflow);
  }

  #take(text: string): void {
    const message = RedriveMessage.parse(JSON.parse(text));
    const before = this.taken.get(message.id);
    if (before) {
      before.times++;
      if (before.text !== text) before.others++;
    } else {
      this.taken.set(message.id, { times: 1, message, text, others: 0 });
      this.times.push(Date.now());
    }
  }
}
