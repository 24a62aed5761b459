import { clientSettings } from './client-settings.ts';

/**
 * The AWS clients of one function. It knows none of them by name, so that a function carries only those that its
 * adapters ask for.
 */
export class Clients {
  readonly #made: Map<unknown, unknown>;

  /** @param made clients to be used in place of new ones of their class */
  constructor(made: readonly object[] = []) {
    this.#made = new Map(made.map((client) => [client.constructor, client]));
  }

  /** The client of this class: made when an adapter first asks for it, and the same for all of them. */
  of<Client>(ClientClass: new (settings: typeof clientSettings) => Client): Client {
    const made = this.#made.get(ClientClass) ?? new ClientClass(clientSettings);
    this.#made.set(ClientClass, made);
    return made as Client;
  }
}
