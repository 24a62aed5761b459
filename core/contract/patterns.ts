/*
 * The patterns of names and ids, each defined once: schemas, cursors, grants and the OpenAPI document use them. A
 * pattern has no anchors, so that it can be a part of a longer one.
 */

/** A workflow's name: neither "." nor "..", because a URL changes these. */
export const workflowNamePattern = '([A-Za-z0-9._-]{3,64}|[A-Za-z0-9_-][A-Za-z0-9._-]?|[.][A-Za-z0-9_-])';

/** A prefix of workflows' names and a star: every workflow whose name begins with the prefix. */
export const workflowPrefixPattern = '[A-Za-z0-9._-]{0,64}\\*';

/** Ids in order of time: the ids of incidents, redrives and entries of the audit log. */
export const timeOrderedIdPattern = '[0-9a-z]{20}';

/** A token's id, which is not secret. */
export const tokenIdPattern = '[A-Za-z0-9]{12}';

/** The secret part of a token. */
export const tokenSecretPattern = '[A-Za-z0-9_-]{43}';

/** A whole token, as callers send it. */
export const tokenPattern = `pw_${tokenIdPattern}_${tokenSecretPattern}`;

/** A pattern for a whole text that matches one of these, for a JSON schema. */
export function anchored(first: string, ...others: readonly string[]): string {
  return others.length === 0 ? `^${first}$` : `^(${[first, ...others].join('|')})$`;
}

/** Matches a whole text by one of these patterns. */
export function whole(...patterns: readonly [string, ...string[]]): RegExp {
  return new RegExp(anchored(...patterns));
}
