import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, metricDimension, metricNamespace } from '../../core/names/metrics.ts';

/** A metric of one deployment. By default over 5 minutes, by the statistic that says most about it. */
export type ServiceMetric = (name: MetricName, options?: MetricOptions) => Metric;

/** Of delays, the slow ones are of interest; of everything else, how many there were. */
const statistics: Partial<Record<MetricName, string>> = { DetectionDelay: 'p99', CanaryDelay: 'Maximum' };

/**
 * The metrics that the functions write into their logs (CloudWatch embedded metric format).
 *
 * @param service what the functions are told as SERVICE_NAME: the value of the metrics' one dimension
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
