import { parse } from 'yaml';
import * as z from 'zod';
import type { Ended, Recipe } from './recipe.ts';

/** The part of a workflow file that is run here. Anything else in a step is a mistake in the page. */
const Step = z.strictObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  if: z.literal('always()').optional(),
  env: z.record(z.string(), z.string()).optional(),
  run: z.string().optional(),
});
const Job = z.strictObject({
  'runs-on': z.string(),
  'timeout-minutes': z.number(),
  env: z.record(z.string(), z.string()),
  steps: z.array(Step),
});
const Workflow = z.strictObject({
  name: z.string(),
  on: z.looseObject({ schedule: z.array(z.strictObject({ cron: z.string() })) }),
  jobs: z.record(z.string(), Job),
});

/** The only job of a workflow file. */
export function jobOf(text: string): z.infer<typeof Job> {
  const [job, ...others] = Object.values(Workflow.parse(parse(text)).jobs);
  if (!job || others.length > 0) throw new Error('expected one job');
  return job;
}

/** An expression such as `${{ github.run_id }}`, by its value. */
function filledIn(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\$\{\{ (\S+) \}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the test has no value for ${name}`);
    return value;
  });
}

/**
 * Runs the `run` scripts of a job as a runner does on Linux: `bash -e` on a file, the job's environment and the step's;
 * after a failure only the steps with `if: always()`.
 *
 * @param cancelledAfter the step after which somebody cancels the run
 */
export async function runJob(
  recipe: Recipe,
  job: z.infer<typeof Job>,
  values: Record<string, string>,
  cancelledAfter?: string,
): Promise<Ended[]> {
  let status = 'success';
  const ended: Ended[] = [];
  for (const { name, if: condition, env = {}, run } of job.steps) {
    if (run === undefined || (status !== 'success' && condition === undefined)) continue;
    const known = { ...values, 'job.status': status };
    const all = Object.entries({ ...job.env, ...env }).map(([key, text]) => [key, filledIn(text, known)]);
    const script = recipe.write('step.sh', run);
    const step = await recipe.run('bash', ['-e', script], Object.fromEntries(all));
    ended.push(step);
    if (step.code !== 0) status = 'failure';
    else if (name === cancelledAfter) status = 'cancelled';
  }
  return ended;
}
