import { Command } from 'commander';
import * as z from 'zod/mini';
import { WorkflowChange } from '../../../core/contract/workflow.ts';
import type { BodyOf } from '../../contracts.ts';
import { WardenError } from '../../warden-error.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import { print, printJson, say } from '../output.ts';
import { call } from '../service.ts';
import { settingsText } from '../text/settings-text.ts';

const names = Object.keys(WorkflowChange.shape);

/** `warden settings WORKFLOW name=value` */
export function settingsCommand(context: Context): Command {
  const command = new Command('settings')
    .alias('config')
    .description('show the settings of a workflow, or change those that are named')
    .argument('[workflow]')
    .argument('[settings...]', 'name=value to set, name= to remove')
    .option('-w, --workflow <name>', 'the workflow, if it is not the first argument')
    .option('--create', 'create the workflow if there is none')
    .addHelpText('after', examples)
    .action(
      async (first: string | undefined, rest: string[], options: { workflow?: string; create?: true }) => {
        const texts = first === undefined ? rest : [first, ...rest];
        const { workflow, others } = takeWorkflow(command, texts, options.workflow);
        const path = { workflow };
        const change = changeOf(command, others);
        const reply =
          others.length === 0
            ? await call(context, 'read-workflow', { path })
            : await changeSettings(context, workflow, change, options.create);
        if (context.json) return printJson(context, reply);
        if (others.length > 0) say(context, `The settings of ${workflow} are changed.`);
        print(context, settingsText(context, reply));
      },
    );
  return command;
}

async function changeSettings(
  context: Context,
  workflow: string,
  body: BodyOf<'change-workflow'>,
  create: true | undefined,
) {
  try {
    return await call(context, 'change-workflow', { path: { workflow }, body });
  } catch (error) {
    if (!(error instanceof WardenError && error.code === 'workflow-not-found')) throw error;
    if (!create) {
      say(context, 'Add --create to make the workflow with these settings.');
      throw error;
    }
    return await call(context, 'save-workflow', { path: { workflow }, body: withoutNull(body) });
  }
}

/** `notifications.quiet.items=5 owner=ada tags.team=` as the body of a change. */
function changeOf(command: Command, texts: readonly string[]): BodyOf<'change-workflow'> {
  const change: Record<string, unknown> = {};
  for (const text of texts) {
    const [, path, value] = /^([A-Za-z][\w./-]*)=(.*)$/s.exec(text) ?? [];
    const [name = '', ...members] = path?.split('.') ?? [];
    if (path === undefined || value === undefined || !names.includes(name)) {
      command.error(`error: "${text}" is no setting. Write name=value; the names are ${names.join(', ')}.`);
    } else {
      const levels = [name, ...members];
      const last = levels.pop() ?? '';
      let at = change;
      for (const level of levels) {
        const inner = at[level];
        const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
        at[level] = next;
        at = next;
      }
      at[last] = valueFrom(name, value);
    }
  }
  return change as BodyOf<'change-workflow'>;
}

/** Numbers, true, false and JSON are themselves; everything else, and what is always text, is text. */
function valueFrom(name: string, value: string): unknown {
  if (value === '') return null;
  if (['description', 'owner', 'severity', 'runbook', 'tags'].includes(name) && !value.startsWith('{'))
    return value;
  const parsed = z.safeParse(Json, value);
  return parsed.success ? parsed.data : value;
}

const Json = z.pipe(
  z.string(),
  z.transform((text, { issues }) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      issues.push({ code: 'custom', input: text, message: 'is no JSON' });
      return z.NEVER;
    }
  }),
);

function withoutNull(body: object): BodyOf<'save-workflow'> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

const examples = `
Examples:
  warden settings orders
  warden settings orders timeout=30m owner=payments@example.com
  warden settings orders notifications.quiet.items=5 notifications.quiet.for=2m
  warden settings orders expect.atLeast=1 expect.every=1d
  warden settings orders owner=`;
