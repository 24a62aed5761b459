/** The fault of one call of an invocation to AWS. */
export const faultKinds = [
  /** The process ends before the call, or after it has taken effect. */
  'crash before',
  'crash after',
  /** The call fails for good, without an effect or with one. */
  'refused',
  'reply lost',
  /** The reply of the first try is lost, and the client repeats the call by itself. */
  'repeated',
  /** The process stands still for a while, before the call or after it has taken effect. */
  'slow before',
  'slow after',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** The calls that a fault counts: all, or the calls whose names begin with this. */
export const countedCalls = ['', 'Publish', 'Put', 'Update'] as const;

export interface Fault {
  kind: FaultKind;
  /** The call, counted from 0 among the calls of `of`. */
  at: number;
  of: (typeof countedCalls)[number];
  /** The messages of a function that dies or fails do not come again. */
  losesMessages?: boolean | undefined;
  /** How long the process stands still, in milliseconds. */
  ms: number;
}

export const isCrash = (kind: FaultKind) => kind === 'crash before' || kind === 'crash after';
