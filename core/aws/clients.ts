import { clientSettings } from './client-settings.ts';

/**
 * The AWS clients of one function. This class names no client, so that the bundle of a function has only the clients
 * that its adapters ask for.
 */
export class Clients {
  readonly #made: Map<unknown, unknown>;

  /** @param made clients to use instead of new clients of their classes */
  constructor(made: readonly object[] = []) {
    this.#made = new Map(made.map((client) => [client.constructor, client]));
  }

  /** The client of this class: made when an adapter first asks for it, and shared by all adapters. */
  of<Client>(ClientClass: new (settings: typeof clientSettings) => Client): Client {
    const made = this.#made.get(ClientClass) ?? new ClientClass(clientSettings);
    this.#made.set(ClientClass, made);
    return made as Client;
  }
}
