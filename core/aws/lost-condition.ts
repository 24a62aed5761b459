import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** The write's result, or undefined when its condition did not hold: a lost race is a normal outcome. */
export async function unlessConditionLost<Result>(write: Promise<Result>): Promise<Result | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
