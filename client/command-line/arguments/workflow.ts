import { UsageError } from '../usage-error.ts';

/** The arguments of a command on a workflow: its name, first or as `-w`, then the others. Throws a UsageError. */
export function takeWorkflow(
  command: string,
  texts: readonly string[],
  named: string | undefined,
): { workflow: string; others: string[] } {
  const [first, ...rest] = texts;
  if (named !== undefined) return { workflow: named, others: [...texts] };
  if (first !== undefined && !first.includes('=')) return { workflow: first, others: rest };
  throw new UsageError(
    'name the workflow',
    `Write \`warden ${command} WORKFLOW\`; \`warden workflows\` lists their names.`,
  );
}
