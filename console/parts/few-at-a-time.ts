/** What was read of each, in their order. At most `most` are read at the same time, so that other callers have their turn. */
export async function fewAtATime<One, Read>(
  all: readonly One[],
  most: number,
  read: (one: One) => Promise<Read>,
): Promise<Read[]> {
  const results: Read[] = [];
  // Each reader takes the next one from the same iterator.
  const left = all.entries();
  const readers = Array.from({ length: most }, async () => {
    for (const [index, one] of left) results[index] = await read(one);
  });
  await Promise.all(readers);
  return results;
}
