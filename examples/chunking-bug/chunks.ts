/** Bytes. */
export const chunkSize = 65_536;

export function chunksOf(bytes: number): number {
  return Math.ceil(bytes / chunkSize);
}

/**
 * Splits a file. A file of one chunk is passed on whole.
 *
 * @param hasBug whether the last chunk of a larger file is forgotten
 */
export function split(file: Buffer, hasBug: boolean): Buffer[] {
  if (file.length <= chunkSize) return [file];
  const count = hasBug ? Math.floor(file.length / chunkSize) : chunksOf(file.length);
  return Array.from({ length: count }, (_, index) =>
    file.subarray(index * chunkSize, (index + 1) * chunkSize),
  );
}
