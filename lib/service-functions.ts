import { Duration, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { FunctionOptions, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { requestTimeoutMs, schedulerPrecisionMs } from '../core/names/clockwork.ts';
import { type RegistryKind, registryKinds } from '../core/names/registry-kinds.ts';
import { acknowledge, wildcardFinding } from './acknowledge.ts';
import { requireBundles } from './bundles.ts';
import type { WatchedQueue } from './dead-letters.ts';
import {
  type FunctionName,
  functionNames,
  type ServiceFunctionName,
  type VariableName,
  variablesOf,
} from './function-names.ts';
import type { FunctionQueue } from './function-queue.ts';
import { shapes } from './function-shapes.ts';
import type { ItemsTable } from './items-table.ts';
import { itemsByTime, type Target } from './permission-sets.ts';
import { permissions } from './permissions.ts';
import type { ReservedConcurrency } from './props.ts';
import type { RegistryTable } from './registry-table.ts';
import { ServiceFunction, type ServiceFunctionDefaults } from './service-function.ts';
import type { Timers } from './timers.ts';

export interface ServiceFunctionsProps extends ServiceFunctionDefaults {
  /** The name that separates the metrics of this deployment from the metrics of others. */
  readonly service: string;
  readonly items: ItemsTable;
  readonly registry: RegistryTable;
  readonly timers: Timers;
  readonly expiredTimers: FunctionQueue;
  /** Without it the function `ingest` is not deployed. */
  readonly ingest: FunctionQueue | undefined;
  readonly notificationTopic: ITopic;
  readonly itemEventTopic: ITopic;
  readonly redriveTopic: ITopic;
  /** Where people reach the service. */
  readonly consoleUrl: string | undefined;
  readonly alarmTopic: ITopic;
  /** Whether there are alarms, so that somebody must be subscribed to their topic. */
  readonly alarms: boolean;
  readonly reservedConcurrency: ReservedConcurrency;
  /** The most workflows that registrations may create. */
  readonly workflowLimit: number;
}

/** The environment variables of a function, and the name for the metrics of every function. */
type Variable = VariableName | 'SERVICE_NAME';

interface Grant {
  readonly arn: string;
  readonly conditions?: Record<string, Record<string, string>>;
}

/** The resources that functions may act on; the ingest queue only if there is one. */
type Grants = Record<Exclude<GrantedTarget, 'ingest queue'>, Grant> & { 'ingest queue'?: Grant };

/** All functions, each with its environment and permissions. */
export class ServiceFunctions extends Construct {
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly ingest: LambdaFunction | undefined;
  /** Gets its resources in `showDeadLetters`. */
  readonly #countDeadLetters = new PolicyStatement({
    effect: Effect.ALLOW,
    actions: [...(permissions['check-health']['dead letters'] ?? [])],
  });

  constructor(scope: Construct, id: string, props: ServiceFunctionsProps) {
    super(scope, id);
    requireBundles(props.bundles);
    const variables = valuesOf(props);
    const grants = grantsOf(props);
    const make = (name: ServiceFunctionName) => {
      const {
        memorySize = 256,
        timeout = Duration.millis(requestTimeoutMs),
        ...options
      } = shapes[name] ?? {};
      const one = new ServiceFunction(this, name, {
        ...props,
        name,
        environment: pick(variables, ['SERVICE_NAME', ...variablesOf(name)]),
        statements: [
          ...statementsOf(name, grants),
          ...(name === 'check-health' ? [this.#countDeadLetters] : []),
        ],
        timeout,
        memorySize,
        options: { ...options, ...reservedFor(name, props.reservedConcurrency) },
      });
      return [name, one.function] as const;
    };
    const made = functionNames.map(make);
    this.functions = Object.fromEntries(made) as Record<FunctionName, LambdaFunction>;
    this.ingest = props.ingest && make('ingest')[1];
    acknowledge(
      this,
      wildcardFinding(this, props.timers.schedulesArn),
      'Timers are made and removed at run time under random names, in one schedule group: nothing narrower is known.',
    );
    // An existing topic can have its own key.
    const topics = {
      'notification topic': props.notificationTopic,
      'item event topic': props.itemEventTopic,
      'redrive topic': props.redriveTopic,
    };
    for (const [target, { masterKey }] of Object.entries(topics)) {
      for (const [name, one] of [...made, ...(this.ingest ? [['ingest', this.ingest] as const] : [])]) {
        const publishes = permissions[name][target as Target]?.includes('sns:Publish');
        if (publishes) masterKey?.grant(one, 'kms:Decrypt', 'kms:GenerateDataKey');
      }
    }
  }

  /** Lets the health check count the messages in these queues. Some of them are created after the functions. */
  showDeadLetters(watched: readonly WatchedQueue[]): void {
    const queues = watched.map(({ runbook: name, queue }) => ({ name, url: queue.queueUrl }));
    const variable = 'DEAD_LETTER_QUEUES' satisfies VariableName;
    this.functions['check-health'].addEnvironment(variable, Stack.of(this).toJsonString(queues));
    this.#countDeadLetters.addResources(...watched.map(({ queue }) => queue.queueArn));
  }
}

function reservedFor(name: ServiceFunctionName, reserved: ReservedConcurrency): FunctionOptions {
  const concurrency = name in reserved ? reserved[name as keyof ReservedConcurrency] : undefined;
  return concurrency === undefined ? {} : { reservedConcurrentExecutions: concurrency };
}

function valuesOf(props: ServiceFunctionsProps): Record<Variable, string | undefined> {
  return {
    SERVICE_NAME: props.service,
    ITEMS_TABLE: props.items.tableName,
    REGISTRY_TABLE: props.registry.tableName,
    TIMER_GROUP: props.timers.groupName,
    TIMER_QUEUE_ARN: props.expiredTimers.queue.queueArn,
    TIMER_ROLE_ARN: props.timers.role.roleArn,
    TIMER_DEAD_LETTER_ARN: props.timers.deadLetters.queueArn,
    NOTIFICATION_TOPIC_ARN: props.notificationTopic.topicArn,
    CONSOLE_URL: props.consoleUrl,
    ITEM_EVENT_TOPIC_ARN: props.itemEventTopic.topicArn,
    REDRIVE_TOPIC_ARN: props.redriveTopic.topicArn,
    ALARM_TOPIC_ARN: props.alarms ? props.alarmTopic.topicArn : 'none',
    WORKFLOW_LIMIT: String(props.workflowLimit),
    LEAST_TIMEOUT_SECONDS: String(schedulerPrecisionMs / 1000),
    // Set in `showDeadLetters`.
    DEAD_LETTER_QUEUES: undefined,
  };
}

/** The ARNs of all resources except the dead-letter queues. Some of these are created after the functions. */
type GrantedTarget = Exclude<Target, 'dead letters'>;

function grantsOf(props: ServiceFunctionsProps): Grants {
  return {
    items: { arn: props.items.tableArn },
    [itemsByTime]: { arn: props.items.byTimeArn },
    'health item': { arn: props.items.tableArn, conditions: ofPartitions('health#*') },
    ...registryGrants(props.registry),
    timers: { arn: props.timers.schedulesArn },
    'timer group': { arn: props.timers.groupArn },
    'timer role': {
      arn: props.timers.role.roleArn,
      // The role can be passed only to Scheduler.
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    },
    'notification topic': { arn: props.notificationTopic.topicArn },
    'item event topic': { arn: props.itemEventTopic.topicArn },
    'redrive topic': { arn: props.redriveTopic.topicArn },
    'alarm topic': { arn: props.alarmTopic.topicArn },
    'expired timers': { arn: props.expiredTimers.queue.queueArn },
    ...(props.ingest && { 'ingest queue': { arn: props.ingest.queue.queueArn } }),
  };
}

/**
 * Every partition key of a call must match this pattern, and the call must have one: alone, ForAllValues also holds for
 * a request without any partition key.
 */
function ofPartitions(like: string): Record<string, Record<string, string>> {
  const key = 'dynamodb:LeadingKeys';
  return { 'ForAllValues:StringLike': { [key]: like }, Null: { [key]: 'false' } };
}

/** One kind of record per statement: a call of two kinds at once is refused. */
function registryGrants({ tableArn }: RegistryTable): Record<`registry ${RegistryKind}`, Grant> {
  const grants = Object.values(registryKinds).map((kind): [string, Grant] => [
    `registry ${kind}`,
    { arn: tableArn, conditions: ofPartitions(kind) },
  ]);
  return Object.fromEntries(grants) as Record<`registry ${RegistryKind}`, Grant>;
}

function statementsOf(name: ServiceFunctionName, grants: Grants): PolicyStatement[] {
  return Object.entries(grants).flatMap(([target, { arn, conditions }]) => {
    const actions = permissions[name][target as GrantedTarget];
    if (actions === undefined) return [];
    return new PolicyStatement({
      effect: Effect.ALLOW,
      actions: [...actions],
      resources: [arn],
      ...(conditions && { conditions }),
    });
  });
}

function pick(
  values: Record<Variable, string | undefined>,
  names: readonly Variable[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}
