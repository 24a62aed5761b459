import { join } from 'node:path';
import { type RunningEngine, startProcess } from './engines/engine-process.ts';
import { dynamodbLocal, moto } from './engines/optional-engines.ts';

/** It keeps one database for each region and access key, and takes only letters and digits in a key. */
export function startDynamodbLocal(): Promise<RunningEngine> {
  const { name, folder, program } = dynamodbLocal;
  const java = ['java', '-Djava.library.path=./DynamoDBLocal_lib', '-jar', program];
  const command = (port: number) => [...java, '-port', String(port), '-inMemory', '-disableTelemetry'];
  return startProcess({ name, folder, command });
}

/** One server for DynamoDB, Scheduler, SNS and SQS. Its Scheduler never fires. */
export function startMoto(): Promise<RunningEngine> {
  const { name, folder, program } = moto;
  const command = (port: number) => [join(folder, program), '-H', '127.0.0.1', '-p', String(port)];
  return startProcess({ name, folder, command });
}
