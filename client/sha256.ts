type Bytes = Uint8Array<ArrayBuffer>;

const bytesOf = (data: string | ArrayBuffer | ArrayBufferView): Bytes => {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
};

/** SHA-256, or its HMAC with a secret, by the Web Crypto API, which Node, browsers and other runtimes have. */
export class Sha256 {
  readonly #secret: Bytes | undefined;
  #data: Bytes = new Uint8Array();

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : bytesOf(secret);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    const added = bytesOf(data);
    const together = new Uint8Array(this.#data.length + added.length);
    together.set(this.#data);
    together.set(added, this.#data.length);
    this.#data = together;
  }

  reset(): void {
    this.#data = new Uint8Array();
  }

  async digest(): Promise<Uint8Array> {
    const { subtle } = crypto;
    if (this.#secret === undefined) return new Uint8Array(await subtle.digest('SHA-256', this.#data));
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await subtle.importKey('raw', this.#secret, algorithm, false, ['sign']);
    return new Uint8Array(await subtle.sign('HMAC', key, this.#data));
  }
}
