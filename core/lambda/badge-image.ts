import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { WorkflowName } from '../contract/names.ts';
import type { WorkflowCounts } from '../contract/workflow.ts';
import { errorFields } from '../log.ts';
import { badgeSvg } from '../model/workflow/badge.ts';
import { ProblemError } from '../problem-error.ts';
import { problemOf } from '../problem-of.ts';
import type { Running } from '../running.ts';
import { problemReply } from './problem-reply.ts';

/** Anybody may ask, so an answer is kept for a while, here and by the caches between. */
const keptMs = 30_000;
/** Badges kept by one process. Only workflows whose badge is on are kept, so callers cannot fill it with names. */
const mostKept = 1_000;

/** An SVG that is opened by itself is a page: it runs and loads nothing. */
const headers = {
  'content-type': 'image/svg+xml; charset=utf-8',
  'cache-control': `public, max-age=${keptMs / 1000}`,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Serves the badges of workflows. It needs no token: a badge is shown where nobody has one. */
export function badgeImage(
  { clock, log }: Pick<Running, 'clock' | 'log'>,
  read: (workflow: string) => Promise<WorkflowCounts | undefined>,
) {
  const kept = new Map<string, { svg: string; until: number }>();

  async function svgOf(workflow: string): Promise<string> {
    const now = clock.now();
    const last = kept.get(workflow);
    if (last && now < last.until) return last.svg;
    const counts = await read(workflow);
    kept.delete(workflow);
    if (counts === undefined) throw noBadge();
    const svg = badgeSvg(workflow, counts);
    if (kept.size >= mostKept) kept.clear();
    kept.set(workflow, { svg, until: now + keptMs });
    return svg;
  }

  return async ({
    pathParameters,
  }: Pick<APIGatewayProxyEventV2, 'pathParameters'>): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      const name = z.safeParse(WorkflowName, pathParameters?.workflow);
      if (!name.success) throw noBadge();
      return { statusCode: 200, headers, body: await svgOf(name.data) };
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status >= 500) {
        log.metrics({ Failures: 1 });
        log.error('failed', {
          operation: 'badge',
          code: problem.code,
          ...errorFields(problem.cause ?? problem),
        });
      }
      return problemReply(problem);
    }
  };
}

/** The same for a name that is not allowed, an unknown workflow, and a workflow without a badge. */
function noBadge(): ProblemError {
  return new ProblemError('workflow-not-found', 'there is no badge here: the setting `badge` switches it on');
}
