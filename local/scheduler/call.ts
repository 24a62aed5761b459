/** One request, read and routed, not yet checked. */
export interface Call {
  readonly name: unknown;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Epoch seconds, as the wire has times, of epoch milliseconds. */
export const seconds = (ms: number) => ms / 1_000;
