/** An error reply for the client: `x-amzn-errortype`, an HTTP status and `{"Message"}`. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, status: number, message: string) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
  }
}

export const invalid = (message: string) => new ServiceError('ValidationException', 400, message);
export const unreadable = (message: string) => new ServiceError('SerializationException', 400, message);
export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', 404, message);
export const conflict = (message: string) => new ServiceError('ConflictException', 409, message);
export const tooLarge = (message: string) => new ServiceError('RequestEntityTooLargeException', 413, message);
export const unknownOperation = (message: string) =>
  new ServiceError('UnknownOperationException', 404, message);
