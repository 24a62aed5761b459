import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** The sum of a metric over functions. */
export function sumOf(
  label: string,
  functions: readonly [string, LambdaFunction][],
  metricOf: (one: LambdaFunction) => Metric,
): MathExpression {
  const metrics = functions.map(([name, one]) => [name.replaceAll('-', '_'), metricOf(one)] as const);
  return added(label, Object.fromEntries(metrics));
}

/** The sum of these metrics; a missing value counts as 0. */
export function added(label: string, metrics: Readonly<Record<string, Metric>>): MathExpression {
  // Names of metrics in an expression begin with a small letter.
  const usingMetrics = Object.fromEntries(
    Object.entries(metrics).map(([name, one]) => [name.charAt(0).toLowerCase() + name.slice(1), one]),
  );
  return new MathExpression({
    expression: sumText(Object.keys(usingMetrics)),
    usingMetrics,
    label,
    period: Duration.minutes(5),
  });
}

export function sumText(names: readonly string[]): string {
  return names.map((name) => `FILL(${name}, 0)`).join(' + ');
}
