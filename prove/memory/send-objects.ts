/** The parts of a client's protocol that are changed here. */
interface Protocol {
  serializeRequest(operation: { name: string }, input: object, context: object): Promise<object>;
  deserializeResponse(operation: object, context: object, response: { output?: object }): Promise<object>;
}

interface Client {
  config: { protocol: Protocol };
}

/**
 * Lets a client send its input as an object and receive the output as one. As bytes they take half of the time of a call. Only errors still come as bytes.
 *
 * @param operations whose inputs and outputs are the same as bytes; all by default, as for DynamoDB and SQS
 */
export function sendObjects(client: unknown, operations?: readonly string[]): void {
  const { protocol } = (client as Client).config;
  const toBytes = protocol.serializeRequest.bind(protocol);
  const fromBytes = protocol.deserializeResponse.bind(protocol);
  protocol.serializeRequest = async (operation, body, context) =>
    operations && !operations.includes(operation.name)
      ? toBytes(operation, body, context)
      : {
          method: 'POST',
          protocol: 'http:',
          hostname: 'memory',
          path: '/',
          query: {},
          // Otherwise the client tries to find out the length of the body, and fails.
          headers: { 'x-amz-target': operation.name, 'content-length': '0' },
          body,
        };
  protocol.deserializeResponse = async (operation, context, response) =>
    response.output === undefined
      ? fromBytes(operation, context, response)
      : { ...response.output, $metadata: { httpStatusCode: 200 } };
}

/** Whether a body is an object instead of text or bytes. */
export function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array);
}

/** A copy as it would be after its way through JSON: bytes are base64. */
export function sent(value: unknown): unknown {
  return copied(value, (one) =>
    one instanceof Uint8Array
      ? Buffer.from(one.buffer, one.byteOffset, one.byteLength).toString('base64')
      : one,
  );
}

/** A copy as clients return it: the values of attributes that are base64 are bytes. */
export function received(value: unknown): unknown {
  return copied(value, (one, name) =>
    name === 'B' && typeof one === 'string' ? new Uint8Array(Buffer.from(one, 'base64')) : one,
  );
}

/** A copy without members that are undefined. What `convert` changes is not looked into. */
function copied(value: unknown, convert: (value: unknown, name: string) => unknown, name = ''): unknown {
  const converted = convert(value, name);
  if (converted !== value || typeof value !== 'object' || value === null) return converted;
  if (Array.isArray(value)) return value.map((one) => copied(one, convert));
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    // An assignment to this name would set the prototype.
    if (key === '__proto__')
      Object.defineProperty(copy, key, { ...own, value: copied(member, convert, key) });
    else copy[key] = copied(member, convert, key);
  }
  return copy;
}

const own = { enumerable: true, configurable: true, writable: true };
