/**
 * Which of zlib's codecs makes JSON of 1–200 KB smallest, and how long does it take? Prints, for each size and codec,
 * the ratio of stored to plain bytes, DynamoDB write units, and the time as a ratio to JSON.stringify of the same
 * value.
 * Run: npm run bench:compression
 */
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateRawSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';

const quality = (level: number, sizeHint: number) => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: level,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: sizeHint,
  },
});

const codecs: [string, (plain: Buffer) => Buffer, (packed: Buffer) => Buffer][] = [
  ['gzip 6', (plain) => gzipSync(plain), gunzipSync],
  ['deflate 6', (plain) => deflateRawSync(plain), inflateRawSync],
  ['zstd 3', (plain) => zstdCompressSync(plain), zstdDecompressSync],
  ...[1, 3, 4, 5, 6, 9].map((level): [string, (plain: Buffer) => Buffer, (packed: Buffer) => Buffer] => [
    `brotli ${level}`,
    (plain) => brotliCompressSync(plain, quality(level, plain.length)),
    brotliDecompressSync,
  ]),
];

let seed = 1;
const random = (): number => {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
};
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

/** A typical record of a pipeline: ids, paths, times, numbers, a few words. */
const entry = () => ({
  id: Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(16)).join('-'),
  path: `s3://${pick(['uploads', 'archive', 'incoming'])}/2026/${Math.floor(random() * 12) + 1}/${Math.floor(random() * 1e6)}.parquet`,
  customer: pick(['acme', 'globex', 'initech', 'umbrella']),
  bytes: Math.floor(random() * 1e9),
  at: new Date(1.78e12 + Math.floor(random() * 1e10)).toISOString(),
  tags: { region: pick(['eu-west-1', 'us-east-1']), priority: pick(['low', 'high']), retry: random() < 0.1 },
});

const sample = (bytes: number): unknown => {
  const entries: unknown[] = [];
  let size = 0;
  while (size < bytes) {
    const next = entry();
    entries.push(next);
    size += JSON.stringify(next).length + 1;
  }
  return { job: 'nightly', entries };
};

const time = (work: () => void): number => {
  for (let warm = 0; warm < 3; warm++) work();
  const started = process.hrtime.bigint();
  let rounds = 0;
  while (process.hrtime.bigint() - started < 100_000_000n) {
    work();
    rounds++;
  }
  return Number(process.hrtime.bigint() - started) / rounds;
};

for (const size of [300, 1_000, 4_000, 20_000, 200_000]) {
  const value = sample(size);
  const plain = Buffer.from(JSON.stringify(value));
  const floor = time(() => JSON.stringify(value));
  process.stdout.write(
    `\nJSON of ${plain.length} bytes, ${Math.ceil(plain.length / 1024)} write units plain\n`,
  );
  for (const [name, pack, unpack] of codecs) {
    const packed = pack(plain);
    const ratio = (packed.length / plain.length).toFixed(3);
    const units = Math.ceil(packed.length / 1024);
    const packing = (time(() => pack(plain)) / floor).toFixed(1);
    const unpacking = (time(() => unpack(packed)) / floor).toFixed(1);
    process.stdout.write(
      `  ${name.padEnd(10)} size ${ratio}  units ${String(units).padStart(3)}  pack ${packing.padStart(6)} × stringify  unpack ${unpacking.padStart(6)} ×\n`,
    );
  }
}
