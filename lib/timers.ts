import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

export interface TimersProps {
  /** The queue for fired timers. */
  readonly queue: IQueue;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The resources for timers that functions arm at run time: a schedule group, a role to deliver them, and a
 * dead-letter queue. Such schedules never pass through CDK's own targets, which would create the role.
 */
export class Timers extends Construct {
  readonly groupName: string;
  readonly groupArn: string;
  /** The pattern of every timer's ARN. Names are random, so no narrower pattern is known. */
  readonly schedulesArn: string;
  readonly deadLetters: DeadLetterQueue;
  readonly role: Role;

  constructor(scope: Construct, id: string, { queue, removalPolicy }: TimersProps) {
    super(scope, id);
    // Not the L2 construct: it names the group, and a retained name stops the next deployment.
    const group = new CfnScheduleGroup(this, 'Group');
    // Deleting the group deletes all its timers.
    group.applyRemovalPolicy(removalPolicy);
    this.groupName = group.ref;
    this.groupArn = group.attrArn;
    this.schedulesArn = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.groupName}/*`,
    });
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.role = new Role(this, 'Role', {
      description: 'EventBridge Scheduler delivers fired timers with it.',
      assumedBy: schedulerPrincipal(this, this.groupArn),
      inlinePolicies: {
        deliver: new PolicyDocument({
          statements: [
            new PolicyStatement({
              effect: Effect.ALLOW,
              actions: ['sqs:SendMessage'],
              // Scheduler writes dead letters with the same role: without this permission they would be lost.
              resources: [queue.queueArn, this.deadLetters.queueArn],
            }),
          ],
        }),
      },
    });
  }

  /** A metric of Scheduler for these timers, by default the sum over 5 minutes. */
  metric(metricName: string, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: 'AWS/Scheduler',
      metricName,
      dimensionsMap: { ScheduleGroup: this.groupName },
      statistic: 'Sum',
      ...options,
    });
  }
}

/** EventBridge Scheduler, but only for schedules of this account and group. */
export function schedulerPrincipal(scope: Construct, groupArn: string): ServicePrincipal {
  return new ServicePrincipal('scheduler.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account, 'aws:SourceArn': groupArn },
    },
  });
}
