/*
 * The metrics that functions write into their logs and that the stack watches, each defined once, so that no alarm
 * watches a metric that nobody writes.
 */

/** The CloudWatch namespace of all of them. */
export const metricNamespace = 'ProcessWarden';

/** Their only dimension, the name of the deployment: each further one would be another metric to pay for. */
export const metricDimension = 'service';

/** Every metric by its name, with its unit as CloudWatch names it. */
export const metricUnits = {
  /** Items registered. */
  Registrations: 'Count',
  /** Items completed. */
  Completions: 'Count',
  /** Completed items that were breached before. */
  CompletedLate: 'Count',
  /** Items that passed their deadline. */
  Overdue: 'Count',
  /** Milliseconds from a deadline until the item was found overdue. */
  DetectionDelay: 'Milliseconds',
  /** Overdue items whose timer was lost. */
  CaughtBySweep: 'Count',
  /** Milliseconds from a canary's deadline until its timer was handled. */
  CanaryDelay: 'Milliseconds',
  /** Records past their deadline that cannot be read, counted again by every sweep. */
  Unreadable: 'Count',
  /** Sweeps that had too little time for all workflows. */
  SweepUnfinished: 'Count',
  /** Topics for people that nobody is subscribed to. */
  NobodySubscribed: 'Count',
  /** Requests and operations of batches that ended with a failure of ours: a 5xx. */
  Failures: 'Count',
  /** Timers that could not be deleted when their item ended: each fires once and finds nothing. */
  TimersLeftBehind: 'Count',
} as const;

export type MetricName = keyof typeof metricUnits;
