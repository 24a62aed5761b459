/** An error reply of a service. The protocol of the service puts it on the wire. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the reply, such as the Item of a failed condition. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
