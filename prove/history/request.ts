/*
 * Requests as they are planned. Items, workflows and runs are known by small numbers; times are in seconds. Values that
 * a request needs from a reply, such as the id of an incident, are filled in when it is sent.
 */

/** What people decide about a workflow. */
export interface Settings {
  receipts?: number | undefined;
  warnAfter?: number | undefined;
  stuckAfter?: number | undefined;
  spacing?: number | undefined;
  reminder?: number | undefined;
  quiet?: { items: number; for: number } | undefined;
  /** Overdue items are resumed after this time, this many times. */
  automatic?: { max: number; after: number } | undefined;
  expect?: { atLeast: number; every: number } | undefined;
}

/** Settings to change; null removes one. */
export type SettingsChange = { [Name in keyof Settings]: Settings[Name] | null };

/** A request about one item. */
export type ItemRequest = {
  workflow: number;
  item: number;
  /** It is sent with the token that was created last. */
  withToken?: true | undefined;
} & (
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
      /** A message to the ingest queue. It is delivered once more, this many milliseconds after it was carried out. */
      | { ask: 'ingest'; operations: ItemRequest[]; againAfter?: number | undefined }
      | { ask: 'settings'; settings: Settings }
      | { ask: 'change settings'; settings: SettingsChange }
      | { ask: 'read workflow' }
      | { ask: 'remove workflow' }
      | { ask: 'silence'; for: number }
      | { ask: 'end silence' }
      /** About the incident that people were notified of last. */
      | { ask: 'acknowledge' }
      | { ask: 'redrive'; timeout?: number | undefined }
      /** The redrive that was started last. */
      | { ask: 'change redrive'; action: 'pause' | 'continue' | 'abort'; rate?: number | undefined }
      /** First without a token, as a dry run; then with the token of its reply. */
      | { ask: 'discard'; token?: string | undefined }
      | { ask: 'reconcile'; items: number[] }
      | { ask: 'list'; state: 'waiting' | 'overdue' | 'failed' }
      /** Page after page to the end: a list, or an export, which has the data. */
      | { ask: 'walk'; format: 'json' | 'jsonl'; limit: number }
      | { ask: 'read statistics'; by: 'hour' | 'day' }
      /** The metrics of all workflows. */
      | { ask: 'read metrics' }
      /** Page after page to the end: the audit log of this workflow, or of all. */
      | { ask: 'read audit'; ofAll: boolean; limit: number }
      /** A token for this workflow. */
      | { ask: 'create token'; scopes: ('read' | 'ingest')[] }
      /** The token that was created last. */
      | { ask: 'revoke token' }
    ));

export function isAboutItem(request: Request): request is ItemRequest {
  return 'item' in request;
}

/** The requests to items that this request is. */
export function itemRequestsIn(request: Request): ItemRequest[] {
  if ('operations' in request) return request.operations;
  return isAboutItem(request) ? [request] : [];
}
