/*
 * Requests as they are planned. Items, workflows and runs are known by small numbers; times are in seconds. What a request
 * needs from a reply, such as the id of an incident, is filled in when it is sent.
 */

/** What people decide about a workflow. */
export interface Settings {
  receipts?: number | undefined;
  warnAfter?: number | undefined;
  stuckAfter?: number | undefined;
  spacing?: number | undefined;
  reminder?: number | undefined;
  quiet?: { items: number; for: number } | undefined;
  /** Overdue items are resumed after this, so many times. */
  automatic?: { max: number; after: number } | undefined;
  expect?: { atLeast: number; every: number } | undefined;
}

/** A request about one item. */
export type ItemRequest = { workflow: number; item: number } & (
  | {
      ask: 'register';
      run?: number | undefined;
      timeout: number;
      restart?: boolean | undefined;
      /** How long the caller had to keep the request. */
      age?: number | undefined;
      startBy?: number | undefined;
      warnAfter?: number | undefined;
      stuckAfter?: number | undefined;
      step?: string | undefined;
      /** The text in the item's data. */
      data?: number | undefined;
    }
  | {
      ask: 'progress';
      run?: number | undefined;
      timeout?: number | undefined;
      age?: number | undefined;
      step?: string | undefined;
      /** How far the work is. */
      progress?: number | undefined;
      data?: number | undefined;
    }
  | {
      ask: 'fail';
      run?: number | undefined;
      /** POST sends the output of a job as text; PATCH, which is usual, a reason. */
      via?: 'POST' | undefined;
    }
  | { ask: 'complete'; run?: number | undefined; attempt?: number | undefined }
  | { ask: 'read' }
);

export type Request =
  | ItemRequest
  | ({ workflow: number } & (
      | { ask: 'batch'; operations: ItemRequest[] }
      | { ask: 'settings'; settings: Settings }
      | { ask: 'silence'; for: number }
      | { ask: 'end silence' }
      /** Of the incident of which people were notified last. */
      | { ask: 'acknowledge' }
      | { ask: 'redrive'; timeout?: number | undefined }
      /** The redrive that was started last. */
      | { ask: 'change redrive'; action: 'pause' | 'continue' | 'abort' }
      /** First without a token, as a dry run; then with the token of its reply. */
      | { ask: 'discard'; token?: string | undefined }
      | { ask: 'reconcile'; items: number[] }
      | { ask: 'list'; state: 'waiting' | 'overdue' | 'failed' }
    ));

export function isAboutItem(request: Request): request is ItemRequest {
  return 'item' in request;
}

/** The requests to items that this request is. */
export function itemRequestsIn(request: Request): ItemRequest[] {
  if (request.ask === 'batch') return request.operations;
  return isAboutItem(request) ? [request] : [];
}
