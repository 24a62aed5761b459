import type { RegisterRequest } from '../core/contract/registration.ts';
import { type ConnectionOptions, connect } from './connection.ts';
import type { BodyOf } from './contracts.ts';

/** Which run or attempt of an item a call is about: it has no effect on another one. */
export interface Only {
  run?: string;
  attempt?: number;
  signal?: AbortSignal;
}

/** A client of a warden. */
export function createClient(options: ConnectionOptions) {
  const call = connect(options);
  return {
    /** Watches an item until it is completed. */
    register: (workflow: string, item: string, body: Omit<RegisterRequest, 'item'>) =>
      call('register', { path: { workflow, item }, body }),
    /** Reports a step, sets a new deadline, changes tags or data. */
    progress: (workflow: string, item: string, body: BodyOf<'progress'>, { run, ...only }: Only = {}) =>
      call('progress', { path: { workflow, item }, body, query: run === undefined ? {} : { run }, ...only }),
    /** The work is done. */
    complete: (workflow: string, item: string, { run, ...only }: Only = {}) =>
      call('complete', { path: { workflow, item }, query: run === undefined ? {} : { run }, ...only }),
    /** Any operation, typed by its contract. */
    call,
  };
}

export type Client = ReturnType<typeof createClient>;
