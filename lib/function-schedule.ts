import { Duration } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { schedulerPrincipal } from './timers.ts';

export interface FunctionScheduleProps {
  readonly target: IFunction;
  /** Whole minutes. */
  readonly interval: Duration;
  /** The purpose, for people who find the schedule. */
  readonly description: string;
}

/**
 * Invokes a function at an interval. The schedule has a group of its own, so that its role trusts only this schedule.
 * L1, because the L2 target also grants the role every version and alias of the function.
 */
export class FunctionSchedule extends Construct {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { target, interval, description }: FunctionScheduleProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    const group = new CfnScheduleGroup(this, 'Group');
    const role = new Role(this, 'Role', {
      description: `EventBridge Scheduler invokes ${id} with it.`,
      assumedBy: schedulerPrincipal(this, group.attrArn),
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [
            allow('lambda:InvokeFunction', target.functionArn),
            allow('sqs:SendMessage', this.deadLetters.queueArn),
          ],
        }),
      },
    });
    const minutes = interval.toMinutes();
    new CfnSchedule(this, 'Schedule', {
      description,
      groupName: group.ref,
      scheduleExpression: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        // The next invocation does the work of a late one.
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
