/** The command line, a file or a variable is wrong: exit code 2. The message says what was received and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** Advice, as a whole sentence. */
  readonly advice: string | undefined;

  constructor(message: string, advice?: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.advice = advice;
  }
}

/** By its name: `warden` is built as a program and the parts that it loads, and each has a class of its own. */
export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === 'UsageError';
}
