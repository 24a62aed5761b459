import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** The result of the write, or undefined if its condition did not hold: a lost race is a normal outcome. */
export async function unlessConditionLost<Result>(write: Promise<Result>): Promise<Result | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
