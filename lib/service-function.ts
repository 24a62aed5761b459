import { join } from 'node:path';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  Code,
  type FunctionOptions,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The properties that all functions share. */
export interface ServiceFunctionDefaults {
  readonly bundles: string;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  readonly xray: boolean;
}

export interface ServiceFunctionProps extends ServiceFunctionDefaults {
  /** The name of its bundle. */
  readonly name: string;
  readonly environment: Record<string, string>;
  readonly statements: readonly PolicyStatement[];
  readonly timeout: Duration;
  readonly memorySize: number;
  readonly options?: FunctionOptions;
}

const traces = new PolicyStatement({
  effect: Effect.ALLOW,
  actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  resources: ['*'],
});

/** One function with its own log group, and a role with only the listed permissions. */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { name, logRetention, removalPolicy, xray } = props;
    this.logGroup = new LogGroup(this, 'Log', { retention: logRetention, removalPolicy });
    // Our own role: the role that CDK creates may write to every log of the account.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        log: new PolicyDocument({
          statements: [
            new PolicyStatement({
              effect: Effect.ALLOW,
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [this.logGroup.logGroupArn],
            }),
          ],
        }),
        ...(props.statements.length > 0 && {
          service: new PolicyDocument({ statements: [...props.statements] }),
        }),
        ...(xray && { xray: new PolicyDocument({ statements: [traces] }) }),
      },
    });
    this.function = new LambdaFunction(this, 'Function', {
      ...props.options,
      description: `Process Warden: ${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Node would read source maps at its start, so they stay where the bundle was built (docs/runbook.md).
      code: Code.fromAsset(join(props.bundles, name), { exclude: ['*.map'] }),
      handler: 'index.handler',
      role,
      environment: props.environment,
      timeout: props.timeout,
      memorySize: props.memorySize,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Without the lines at the start and end of every invocation, which cost more than the invocation.
      systemLogLevelV2: SystemLogLevel.WARN,
    });
    if (xray) {
      // CDK's own property would add a policy resource for each function, and a stack has room for 500 resources.
      (this.function.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
      const reason = 'X-Ray knows no resources: its two actions can be allowed on * only.';
      acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', reason);
    }
  }
}
