import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** The metrics that the functions write into their logs (CloudWatch embedded metric format), of one deployment. */
export class ServiceMetrics {
  readonly #service: string;

  /** @param service what the functions are told as SERVICE_NAME: the metrics' one dimension */
  constructor(service: string) {
    this.#service = service;
  }

  registrations(options?: MetricOptions): Metric {
    return this.#metric('Registrations', options);
  }

  completions(options?: MetricOptions): Metric {
    return this.#metric('Completions', options);
  }

  overdue(options?: MetricOptions): Metric {
    return this.#metric('Overdue', options);
  }

  detectionDelay(options?: MetricOptions): Metric {
    return this.#metric('DetectionDelay', { statistic: 'p99', ...options });
  }

  caughtBySweep(options?: MetricOptions): Metric {
    return this.#metric('CaughtBySweep', options);
  }

  completedLate(options?: MetricOptions): Metric {
    return this.#metric('CompletedLate', options);
  }

  canaryDelay(options?: MetricOptions): Metric {
    return this.#metric('CanaryDelay', { statistic: 'Maximum', ...options });
  }

  unreadable(options?: MetricOptions): Metric {
    return this.#metric('Unreadable', options);
  }

  #metric(metricName: string, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: 'ProcessWarden',
      metricName,
      dimensionsMap: { service: this.#service },
      statistic: 'Sum',
      period: Duration.minutes(5),
      ...options,
    });
  }
}
