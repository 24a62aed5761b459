import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

export interface TimersProps {
  /** Where timers go when they fire. */
  readonly queue: IQueue;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * What the timers that functions arm at run time need: a schedule group to be in, a role to be delivered with, and
 * a dead-letter queue. Such schedules never pass through CDK's own targets, which would make the role for them.
 */
export class Timers extends Construct {
  readonly groupName: string;
  readonly groupArn: string;
  /** What the ARN of every timer matches. Their names are random, so nothing narrower is known. */
  readonly schedulesArn: string;
  readonly deadLetters: DeadLetterQueue;
  readonly role: Role;

  constructor(scope: Construct, id: string, { queue, removalPolicy }: TimersProps) {
    super(scope, id);
    // Not the L2 construct: it names the group, and a name that is retained stops the next deployment.
    const group = new CfnScheduleGroup(this, 'Group');
    // With the group all timers in it are deleted.
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
              // Scheduler writes dead letters with the same role: without that they would be lost.
              resources: [queue.queueArn, this.deadLetters.queueArn],
            }),
          ],
        }),
      },
    });
  }

  /** A metric of Scheduler's for these timers, by default its sum over 5 minutes. */
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

/** EventBridge Scheduler acting for schedules of this account and group, and for no one else's. */
export function schedulerPrincipal(scope: Construct, groupArn: string): ServicePrincipal {
  return new ServicePrincipal('scheduler.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account, 'aws:SourceArn': groupArn },
    },
  });
}
