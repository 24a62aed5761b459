import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, metricDimension, metricNamespace } from '../../core/names/metrics.ts';

/** A metric of one deployment, by default over 5 minutes and with its most useful statistic. */
export type ServiceMetric = (name: MetricName, options?: MetricOptions) => Metric;

/** For delays the slowest matter; for everything else the sum. */
const statistics: Partial<Record<MetricName, string>> = { DetectionDelay: 'p99', CanaryDelay: 'Maximum' };

/**
 * The metrics that the functions write into their logs (CloudWatch embedded metric format).
 *
 * @param service SERVICE_NAME of the functions: the value of the metrics' only dimension
 */
export function metricsOf(service: string): ServiceMetric {
  return (metricName, options = {}) =>
    new Metric({
      namespace: metricNamespace,
      metricName,
      dimensionsMap: { [metricDimension]: service },
      statistic: statistics[metricName] ?? 'Sum',
      period: Duration.minutes(5),
      ...options,
    });
}
