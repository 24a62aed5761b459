import * as z from 'zod/mini';

/** What a token lets its holder do. */
export const Scope = z.enum(['ingest', 'read', 'operate', 'admin']).check(
  z.meta({
    description:
      '`ingest`: register, progress and complete items. `read`: items, workflows, incidents, redrives and the audit log. `operate`: settings and silences of workflows, acknowledgements of incidents, redrives and discards. `admin`: all of it on all workflows, and tokens. None but `admin` includes another.',
  }),
);
export type Scope = z.infer<typeof Scope>;
