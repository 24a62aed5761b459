/** A request that was read and routed, but not checked yet. */
export interface Call {
  readonly name: unknown;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Converts milliseconds since the epoch to seconds, the format of times on the wire. */
export const seconds = (ms: number) => ms / 1_000;
