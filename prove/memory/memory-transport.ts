/** The `requestHandler` of an SDK client whose service is in memory. */
export class MemoryTransport {
  readonly metadata = { handlerProtocol: 'http/1.1' };

  async handle(): Promise<{ response: never }> {
    throw new Error('not there yet');
  }

  /** Called by SDK clients when they are destroyed: others may use the transport. */
  destroy(): void {}

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }
}
