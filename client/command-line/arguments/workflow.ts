import type { Command } from 'commander';

/** The arguments of a command on a workflow: its name, first or as `-w`, then the others. */
export function takeWorkflow(
  command: Command,
  texts: readonly string[],
  named: string | undefined,
): { workflow: string; others: string[] } {
  const [first, ...rest] = texts;
  if (named !== undefined) return { workflow: named, others: [...texts] };
  if (first !== undefined && !first.includes('=')) return { workflow: first, others: rest };
  const path = [command.parent?.name(), command.name()].filter(Boolean).join(' ');
  return command.error(
    `error: which workflow? Write \`${path} WORKFLOW\`; \`warden workflows\` lists their names.`,
  );
}
