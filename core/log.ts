import { type MetricName, metricDimension, metricNamespace, metricUnits } from './names/metrics.ts';

export type LogFields = Record<string, string | number | boolean | readonly string[] | undefined>;

/** Structured log: one JSON object a line. Fields are ids, counts, times, names; never data, tokens or reasons (P9). */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Measured values, which CloudWatch turns into metrics. At most 100 of a kind are kept of one call. */
  metrics(values: MetricValues): void;
}

export type MetricValues = Partial<Record<MetricName, number | readonly number[]>>;

/** A log that passes each finished line, without its line end, to `write` (docs/adr/0007 says why this is our own). */
export function createLog(
  write: (line: string, level: 'info' | 'warn' | 'error') => void,
  service = 'local',
): Log {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}) =>
      write(jsonLine({ timestamp: new Date().toISOString(), level, message, ...fields }), level);
  const metrics = (values: MetricValues) => write(jsonLine(embeddedMetrics(values, service)), 'info');
  return { info: at('info'), warn: at('warn'), error: at('error'), metrics };
}

/**
 * JSON without any character that a terminal acts on or shows in another order: JSON.stringify escapes only the control
 * characters below U+0020.
 */
function jsonLine(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** CloudWatch's embedded metric format, which takes 100 values of a metric at most. */
function embeddedMetrics(values: MetricValues, service: string): object {
  const names = Object.keys(values) as MetricName[];
  const Metrics = names.map((Name) => ({ Name, Unit: metricUnits[Name] }));
  const kept = names.map((name) => {
    const value = values[name];
    return [name, typeof value === 'number' ? value : value?.slice(0, 100)];
  });
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: metricNamespace, Dimensions: [[metricDimension]], Metrics }],
    },
    [metricDimension]: service,
    ...Object.fromEntries(kept),
  };
}

/**
 * The fields of an error that a log may contain: name, code, where it was thrown, and the id of the AWS request. Not
 * the message: parsers quote their input, and so does AWS. Only a refused permission is logged in full.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 6);
  const code = (error as { code?: unknown }).code;
  return {
    error: error.name,
    ...(typeof code === 'string' && { errorCode: code }),
    ...awsFields(error),
    ...(frames && { stack: frames.map((frame) => frame.trim()).join(' < ') }),
    ...(error.cause instanceof Error && { cause: error.cause.name }),
  };
}

function awsFields(error: Error): LogFields {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number; requestId?: string } };
  if ($metadata === undefined) return {};
  return {
    awsStatus: $metadata.httpStatusCode,
    awsRequestId: $metadata.requestId,
    ...(error.name.startsWith('AccessDenied') && { errorMessage: error.message.slice(0, 300) }),
  };
}
