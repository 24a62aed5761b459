import * as z from 'zod/mini';
import type { BodyOf } from '../../../core/contract/calls.ts';
import { WorkflowSettings } from '../../../core/contract/workflow-settings.ts';
import { WardenError } from '../../warden-error.ts';
import { takeWorkflow } from '../arguments/workflow.ts';
import type { Context } from '../context.ts';
import type { SettingsOptions } from '../options/settings.ts';
import { writeJson, writeLine, writeText } from '../output.ts';
import { call } from '../service.ts';
import { settingsText } from '../text/settings-text.ts';
import { UsageError } from '../usage-error.ts';

const names = Object.keys(WorkflowSettings.shape);

/** Shows or changes settings. Throws a UsageError or a WardenError. */
export async function settings(
  context: Context,
  texts: readonly string[],
  options: SettingsOptions,
): Promise<void> {
  const { workflow, others } = takeWorkflow('settings', texts, options.workflow);
  const change = changeOf(others);
  const reply =
    others.length === 0
      ? await call(context, 'read-workflow', { path: { workflow } })
      : await changeSettings(context, workflow, change, options.create);
  if (context.json) return writeJson(context.stdout, reply);
  if (others.length > 0) await writeLine(context.stderr, `The settings of ${workflow} are changed.`);
  await writeText(context.stdout, settingsText(context, reply));
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
      throw new WardenError(
        'workflow-not-found',
        `${error.message}; add --create to make it with these settings`,
        {
          ...(error.problem && { problem: error.problem }),
        },
      );
    }
    return await call(context, 'save-workflow', { path: { workflow }, body: withoutNull(body) });
  }
}

/** `notifications.quiet.items=5 owner=ada tags.team=` as the body of a change. Throws a UsageError. */
function changeOf(texts: readonly string[]): BodyOf<'change-workflow'> {
  const change: Record<string, unknown> = {};
  for (const text of texts) {
    const [, path = '', value = ''] = /^([A-Za-z][\w./-]*)=(.*)$/s.exec(text) ?? [];
    const levels = path.split('.');
    const [name = ''] = levels;
    if (!names.includes(name)) {
      throw new UsageError(
        `${JSON.stringify(text)} is no setting`,
        `Write name=value, or name= to remove it; the names are ${names.join(', ')}.`,
      );
    }
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
  return change as BodyOf<'change-workflow'>;
}

/**
 * Numbers, true, false and JSON are taken as such. Everything else is text, and so is every setting that is always
 * text.
 */
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
