/**
 * The stack as CloudFormation creates it, and a day in its life, in MiniStack, an emulator of AWS in Python. ADR 44 says
 * what this proves and what it cannot prove. Prints each part as it ends, then a table; exits with 1 if a part failed.
 * Run: npm run prove:stack
 */

import { countMessages, readLogs, readMinistackLog } from './after/failures.ts';
import { checkRemains } from './after/remains.ts';
import { connectCloud } from './cloud.ts';
import { createFirstToken, limitTokens } from './day/access.ts';
import { addressOf, clientOf, type Day, type OpenDay, subscribeAll } from './day/day.ts';
import { doWork, openConsole, readFigures, signRequests, workInBatches } from './day/ordinary-work.ts';
import { calmStorm, failWork, loseWork, noticeLoss, resumeWork, startStorm } from './day/trouble.ts';
import { checkHealth, resolveIncidents } from './day/warden-itself.ts';
import { deploy, destroy, resourcesOf, stackIdOf } from './deployment.ts';
import { type Ministack, startMinistack } from './ministack/ministack.ts';
import { installMinistack } from './ministack/virtual-environment.ts';
import { Report } from './report.ts';
import { type Assembly, synthesise } from './template/assembly.ts';
import { checkDeployed } from './template/check-deployed.ts';
import { checkLeftOut } from './template/check-left-out.ts';

// When this process exits, MiniStack is stopped, too.
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(name, () => process.exit(code));
}

const report = new Report((line) => process.stdout.write(`${line}\n`));
let assembly: Assembly | undefined;
let ministack: Ministack | undefined;
try {
  const python = await installMinistack((line) => report.say(line));
  assembly = await report.part('the stack is built and synthesised', synthesise, ({ resources, changed }) => {
    const statements = changed.reduce((sum, { statements }) => sum + statements, 0);
    return `${Object.keys(resources).length} resources; ${statements} statements suit MiniStack`;
  });
  ministack = await report.part(
    'MiniStack starts',
    () => startMinistack(python),
    ({ endpoint }) => endpoint,
  );
  await prove(assembly, ministack);
} catch (error) {
  report.fail(error);
  if (ministack)
    report.say(`The end of MiniStack's log:\n${ministack.log().split('\n').slice(-20).join('\n')}`);
  process.exitCode = 1;
} finally {
  await ministack?.stop();
  assembly?.remove();
}
report.print();

async function prove(made: Assembly, { endpoint, log }: Ministack): Promise<void> {
  const cloud = connectCloud(endpoint);
  const outputs = await report.part('cdk bootstrap, cdk deploy', () => deploy(made, endpoint));
  const deployed = await resourcesOf(cloud);
  await report.part('every resource is there but those left out', () => checkDeployed(made, deployed));
  const named = new Map(
    deployed.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => [
      LogicalResourceId,
      PhysicalResourceId,
    ]),
  );
  const stackId = await stackIdOf(cloud);

  const subscribe = () => subscribeAll(cloud, outputs);
  const inboxes = await report.part('queues are subscribed to every topic', subscribe);
  const tokenApi = addressOf(endpoint, outputs.TokenApiUrl);
  const iamApi = addressOf(endpoint, outputs.IamApiUrl);
  const day: Day = { cloud, outputs, tokenApi, iamApi, inboxes };
  const createToken = () => createFirstToken(day);
  const token = await report.part('the first token', createToken, () => 'invoked as docs/deploy.md says');
  const open: OpenDay = { ...day, client: clientOf(day, token) };
  const part = (what: string, act: (day: OpenDay) => Promise<string>) => report.part(what, () => act(open));

  await part('an item is registered that gets lost', loseWork);
  await part('an item fails', failWork);
  await part('tokens are limited', limitTokens);
  await part('work that goes well', doWork);
  await part('the IAM API', signRequests);
  await part('many items at once', workInBatches);
  await part('settings and figures', readFigures);
  await part('the console', openConsole);
  await part('a storm', startStorm);
  await report.part('what was left out still cannot be created', () =>
    checkLeftOut(cloud, made.takenOut, named),
  );
  await part('the lost item is noticed', noticeLoss);
  await part('the failed item is resumed', resumeWork);
  await part('the storm is told calmly', calmStorm);
  await part('incidents are resolved', resolveIncidents);
  await part('the warden watches itself', checkHealth);
  await report.part('queues and dead letters', () => countMessages(cloud));
  await report.part('errors in logs', () => readLogs(cloud));
  await report.part('errors of MiniStack', async () => readMinistackLog(log()));
  await report.part('cdk destroy', () => destroy(made, endpoint));
  await report.part('what remains', () => checkRemains(cloud, stackId, outputs, made.resources));
}
