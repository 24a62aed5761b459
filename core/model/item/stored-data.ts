import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { limits } from '../../contract/limits.ts';
import type { JsonText } from '../../json-text.ts';

/** Item data in DynamoDB: the JSON text, or its brotli bytes if they are fewer. */
export type StoredData = string | Uint8Array<ArrayBuffer>;

/**
 * A text of at most this many bytes is not compressed. Compression would save some dozen bytes, which seldom saves a
 * write unit, and take as long as a call to DynamoDB.
 */
const shortBytes = 200;

/**
 * Compresses by brotli at quality 4: for JSON of 0.5–200 KB it is nearly always the smallest of zlib's codecs. Higher
 * qualities save a few percent and take much longer (npm run bench:compression, docs/adr/0004).
 */
export function storeData(text: JsonText): StoredData {
  if (Buffer.byteLength(text) <= shortBytes) return text;
  const plain = Buffer.from(text);
  const packed = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 4,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  return packed.length < plain.length ? new Uint8Array(packed) : text;
}

/** The JSON text as registered. Throws if the bytes do not come from `storeData`. */
export function loadData(stored: StoredData): JsonText {
  if (typeof stored === 'string') return stored as JsonText;
  return brotliDecompressSync(stored, { maxOutputLength: limits.dataBytes }).toString() as JsonText;
}

/** The attributes of a record for its data. */
export function withData(data: StoredData | undefined): { data?: StoredData; dataBytes?: number } {
  return data === undefined ? {} : { data, dataBytes: Buffer.byteLength(data) };
}
