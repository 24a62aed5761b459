import { type RunningEngine, startProcess } from './engines/engine-process.ts';
import { dynamodbLocal } from './engines/optional-engines.ts';

/** It lives a minute or two: the second compiler of Java and its parallel collector take more time than they save. */
const forShortLives = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** It keeps one database for each region and access key, and accepts only letters and digits in a key. */
export function startDynamodbLocal(): Promise<RunningEngine> {
  const { name, folder, program } = dynamodbLocal;
  const java = ['java', ...forShortLives, '-Djava.library.path=./DynamoDBLocal_lib', '-jar', program];
  const command = (port: number) => [...java, '-port', String(port), '-inMemory', '-disableTelemetry'];
  return startProcess({ name, folder, command });
}
