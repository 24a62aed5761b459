import { Duration } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { schedulerPrincipal } from './timers.ts';

export interface SweepScheduleProps {
  readonly sweep: IFunction;
  /** 1 or 2 minutes. */
  readonly interval: Duration;
}

/**
 * Invokes the sweep again and again. In a group of its own, so that its role trusts this one schedule. L1, because
 * the L2 target also grants the role every version and alias of the function.
 */
export class SweepSchedule extends Construct {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { sweep, interval }: SweepScheduleProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    const group = new CfnScheduleGroup(this, 'Group');
    const role = new Role(this, 'Role', {
      description: 'EventBridge Scheduler invokes the sweep with it.',
      assumedBy: schedulerPrincipal(this, group.attrArn),
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [
            allow('lambda:InvokeFunction', sweep.functionArn),
            allow('sqs:SendMessage', this.deadLetters.queueArn),
          ],
        }),
      },
    });
    const minutes = interval.toMinutes();
    new CfnSchedule(this, 'Schedule', {
      description: 'Sweeps: looks for lost timers, goes on with incidents, keeps a canary.',
      groupName: group.ref,
      scheduleExpression: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: sweep.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        // The next sweep does what a late one would.
        retryPolicy: {
          maximumEventAgeInSeconds: Duration.minutes(1).toSeconds(),
          maximumRetryAttempts: 2,
        },
      },
    });
  }
}

function allow(action: string, resource: string): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions: [action], resources: [resource] });
}
