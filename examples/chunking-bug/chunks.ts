/** Bytes. */
export const chunkSize = 65_536;

export function chunksOf(bytes: number): number {
  return Math.ceil(bytes / chunkSize);
}

/** Files of one chunk are passed on whole. @param hasBug whether the last chunk of larger ones is forgotten */
export function split(file: Buffer, hasBug: boolean): Buffer[] {
  if (file.length <= chunkSize) return [file];
  const count = hasBug ? Math.floor(file.length / chunkSize) : chunksOf(file.length);
  return Array.from({ length: count }, (_, index) =>
    file.subarray(index * chunkSize, (index + 1) * chunkSize),
  );
}
