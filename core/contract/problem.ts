import * as z from 'zod/mini';

/** Every stable `code` of a problem, with its HTTP status and title. The one map from errors to HTTP. */
export const problems = {
  'invalid-json': { status: 400, title: 'The body is not valid JSON' },
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'invalid-cursor': { status: 400, title: 'The cursor is not valid here' },
  unauthenticated: { status: 401, title: 'The caller is not authenticated' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  'route-not-found': { status: 404, title: 'There is no such route' },
  'item-not-found': { status: 404, title: 'There is no such item' },
  'workflow-not-found': { status: 404, title: 'There is no such workflow' },
  'incident-not-found': { status: 404, title: 'There is no such incident' },
  'token-not-found': { status: 404, title: 'There is no such token' },
  'redrive-not-found': { status: 404, title: 'There is no such redrive' },
  'method-not-allowed': { status: 405, title: 'The route has no such method' },
  'other-run-waiting': { status: 409, title: 'Another run of the item is waiting' },
  'item-not-waiting': { status: 409, title: 'The item is no longer waiting' },
  'workflow-not-empty': { status: 409, title: 'The workflow still has items' },
  'too-many-workflows': { status: 409, title: 'There are too many workflows' },
  'redrive-over': { status: 409, title: 'The redrive has ended' },
  'no-subscription': { status: 409, title: 'The redrive topic has no subscription' },
  'too-many-redrives': { status: 409, title: 'Too many redrives are running' },
  'dry-run-too-old': { status: 409, title: 'The dry run is too old' },
  'incident-resolved': { status: 409, title: 'The incident is already resolved' },
  'other-attempt': { status: 412, title: 'The item is in another attempt or run' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'data-too-large': { status: 413, title: 'The data is too large' },
  'encoding-not-supported': { status: 415, title: 'The body is compressed' },
  'deadline-missing': { status: 422, title: 'The deadline is missing' },
  'deadline-ambiguous': { status: 422, title: 'The request has both a timeout and a deadline' },
  'start-by-ambiguous': { status: 422, title: 'The request has both startBy and a step' },
  'deadline-out-of-range': { status: 422, title: 'The deadline is out of range' },
  'shards-too-few': { status: 422, title: 'The number of shards can only grow' },
  'duration-out-of-range': { status: 422, title: 'A duration is out of range' },
  'silence-out-of-range': { status: 422, title: 'The end of the silence is out of range' },
  'internal-error': { status: 500, title: 'The service failed' },
  unavailable: { status: 503, title: 'The service is busy or cannot reach AWS' },
} as const;

export type ProblemCode = keyof typeof problems;

export const Problem = z.strictObject({
  type: z.string().check(z.meta({ examples: ['urn:process-warden:problem:item-not-found'] })),
  title: z.string().check(z.meta({ description: 'The same text for every problem with this code.' })),
  status: z.int().check(z.meta({ description: 'The HTTP status.' })),
  code: z
    .enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]])
    .check(z.meta({ description: 'Identifies the problem. Its meaning never changes.' })),
  detail: z.string().check(z.meta({ description: 'What is wrong with this request, and what is allowed.' })),
  errors: z
    .optional(z.array(z.strictObject({ path: z.string(), message: z.string() })))
    .check(z.meta({ description: 'Each fault and its place, as a path such as `tags.customer`.' })),
});
export type Problem = z.infer<typeof Problem>;
