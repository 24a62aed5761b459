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

/**
 * What `moto_server` does, but one call at a time: moto reads, checks and writes without a lock, so that with the
 * threads of its own server two conditional writes can both succeed, and a new item can vanish. Each suite has a region
 * of its own, of which moto would know none.
 */
const motoServer = `
import os, sys
os.environ['MOTO_ALLOW_NONEXISTENT_REGION'] = 'true'
from werkzeug.serving import run_simple
from moto.server import DomainDispatcherApplication, create_backend_app
run_simple('127.0.0.1', int(sys.argv[1]), DomainDispatcherApplication(create_backend_app), threaded=False)
`;

/** One server for DynamoDB, Scheduler, SNS and SQS. Its Scheduler never fires. */
export function startMoto(): Promise<RunningEngine> {
  const { name, folder } = moto;
  const command = (port: number) => [join(folder, 'bin/python'), '-c', motoServer, String(port)];
  return startProcess({ name, folder, command });
}
