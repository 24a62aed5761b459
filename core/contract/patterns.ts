/*
 * What names and ids look like. Each once: schemas, cursors, grants and the OpenAPI document are made from these.
 * A pattern is text without anchors, so that it can be a part of a longer one.
 */

/** A workflow's name. Names of which a URL makes something else, "." and "..", are refused besides. */
export const workflowNamePattern = '[A-Za-z0-9._-]{1,64}';

/** The beginning of workflows' names and a star: every workflow whose name begins so. */
export const workflowPrefixPattern = '[A-Za-z0-9._-]{0,64}\\*';

/** Ids that are in order of time: those of incidents, redrives and entries of the audit log. */
export const timeOrderedIdPattern = '[0-9a-z]{20}';

/** A token's id, which is not secret. */
export const tokenIdPattern = '[A-Za-z0-9]{12}';

/** What is secret of a token. */
export const tokenSecretPattern = '[A-Za-z0-9_-]{43}';

/** A whole token, as callers send it. */
export const tokenPattern = `pw_${tokenIdPattern}_${tokenSecretPattern}`;

/** One of these patterns from beginning to end, as a JSON schema says it. */
export function anchored(first: string, ...others: readonly string[]): string {
  return others.length === 0 ? `^${first}$` : `^(${[first, ...others].join('|')})$`;
}

/** Matches a text that is wholly of one of these patterns. */
export function whole(...patterns: readonly [string, ...string[]]): RegExp {
  return new RegExp(anchored(...patterns));
}
