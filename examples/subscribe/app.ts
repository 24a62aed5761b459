import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SubscriptionFilter, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription, SqsSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { ProcessWarden } from 'process-warden';

/** Four upstream services, each with a workflow of its own, and four ways to receive resumed items. */
const app = new App();
const stack = new Stack(app, 'Upstreams');
const warden = new ProcessWarden(stack, 'Warden', { apis: ['iam'] });

const settings = {
  // Not KMS_MANAGED: SNS could not write to the queue.
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
};
/** Receives the messages that could not be delivered to an upstream service. Each names its workflow. */
const deadLetterQueue = new Queue(stack, 'NotResumed', settings);
const newQueue = (id: string) =>
  new Queue(stack, id, { ...settings, deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 } });

const ordersQueue = newQueue('Orders');
const backupsQueue = newQueue('Backups');

const resumeUpload = new NodejsFunction(stack, 'ResumeUpload', {
  runtime: Runtime.NODEJS_24_X,
  entry: join(import.meta.dirname, 'resume-upload.ts'),
  environment: { UPLOADS_URL: 'https://uploads.example.com' },
  timeout: Duration.seconds(30),
  // The dead-letter queue of the subscription receives messages that Lambda did not accept. This one receives messages
  // for which the function failed three times.
  deadLetterQueue,
});

/** For resume-endpoint.ts. The password is part of a URL. */
const password = new Secret(stack, 'InvoicesPassword', {
  generateSecretString: { excludePunctuation: true },
});

const resumeBackup = new StateMachine(stack, 'ResumeBackup', {
  // A pipe passes a list, even for a single message. Add the states that do the work here; they start by reading
  // `steps`.
  definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'TakeMessage', { inputPath: '$[0]' })),
});

const only = (workflow: string) => ({
  workflow: SubscriptionFilter.stringFilter({ allowlist: [workflow] }),
});

// A queue. Choose it when in doubt: its consumer receives only as much as it can process.
warden.redriveTopic.addSubscription(
  new SqsSubscription(ordersQueue, {
    filterPolicy: only('orders'),
    rawMessageDelivery: true,
    deadLetterQueue,
  }),
);

// A Lambda function: each message is in event.Records[…].Sns.Message.
warden.redriveTopic.addSubscription(
  new LambdaSubscription(resumeUpload, { filterPolicy: only('uploads'), deadLetterQueue }),
);

// An HTTPS endpoint, which must first confirm the subscription. A raw message has no signature, so use a password.
warden.redriveTopic.addSubscription(
  new UrlSubscription(`https://sns:${password.secretValue.unsafeUnwrap()}@invoices.example.com/resume`, {
    protocol: SubscriptionProtocol.HTTPS,
    filterPolicy: only('invoices'),
    rawMessageDelivery: true,
    deadLetterQueue,
  }),
);

// Step Functions, through a queue without other consumers.
warden.redriveTopic.addSubscription(
  new SqsSubscription(backupsQueue, {
    filterPolicy: only('backups'),
    rawMessageDelivery: true,
    deadLetterQueue,
  }),
);
const pipeRole = new Role(stack, 'PipeRole', {
  assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  }),
});
backupsQueue.grant(pipeRole, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
resumeBackup.grantStartExecution(pipeRole);
const pipe = new CfnPipe(stack, 'ResumeBackups', {
  source: backupsQueue.queueArn,
  // One message at a time, without its envelope: a message can be nearly as large as the input of an execution may be.
  sourceParameters: { sqsQueueParameters: { batchSize: 1 } },
  target: resumeBackup.stateMachineArn,
  targetParameters: {
    inputTemplate: '<$.body>',
    stepFunctionStateMachineParameters: { invocationType: 'FIRE_AND_FORGET' },
  },
  roleArn: pipeRole.roleArn,
});
// A pipe whose role does not have its permissions yet is refused.
pipe.node.addDependency(pipeRole);

app.synth();
