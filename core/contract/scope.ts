import * as z from 'zod/mini';

/** What a token allows. */
export const Scope = z.enum(['ingest', 'read', 'operate', 'admin']).check(
  z.meta({
    description:
      '`ingest`: register, progress and complete items. `read`: read items, workflows, incidents, redrives and the audit log. `operate`: save settings, silence workflows, acknowledge incidents, redrive and discard items. `admin`: all of these on all workflows, and tokens. Only `admin` includes other scopes.',
  }),
);
export type Scope = z.infer<typeof Scope>;
