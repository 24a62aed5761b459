import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import pLimit from 'p-limit';
import type { HttpHandler } from '../../core/lambda/http-function.ts';
import { parallel } from './shadow.ts';

/** The data of every item. */
export const data = { order: 4711, path: 's3://uploads/2026/03/4711.parquet', bytes: 123_456_789 };

/** The caller of every request, as the IAM API knows it. */
export const authorizer = {
  iam: { accountId: '000000000000', userArn: 'arn:aws:iam::000000000000:user/bench' },
};

/** The event of a request, as API Gateway passes it. */
export function eventOf(
  method: string,
  { workflow, query = '', body }: { workflow: string; query?: string; body?: unknown },
): APIGatewayProxyEventV2 {
  const event = {
    version: '2.0',
    rawPath: `/v1/workflows/${workflow}`,
    rawQueryString: query,
    headers: { host: 'localhost', 'content-type': 'application/json' },
    pathParameters: { workflow },
    requestContext: {
      requestId: 'bench',
      http: { method },
      authorizer,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
  return event as unknown as APIGatewayProxyEventV2;
}

/** Handles the events, several at the same time. Throws unless every reply has the status. */
export async function handleAll(
  handler: HttpHandler,
  events: readonly APIGatewayProxyEventV2[],
  status: number,
): Promise<void> {
  await pLimit(parallel).map([...events], async (event) => {
    const reply = await handler(event);
    if (reply.statusCode !== status) throw new Error(`it was answered ${reply.statusCode}: ${reply.body}`);
  });
}
