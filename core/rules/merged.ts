/** Merges ordered sources into one order, reading each only as far as it is needed. */
export async function* merged<Value>(
  sources: readonly AsyncGenerator<Value>[],
  keyOf: (value: Value) => string,
  order: 'asc' | 'desc',
): AsyncGenerator<Value> {
  const next = async (source: AsyncGenerator<Value>) => {
    const { value, done } = await source.next();
    return done ? undefined : { value: value as Value, key: keyOf(value as Value) };
  };
  const heads = await Promise.all(sources.map(async (source) => ({ source, head: await next(source) })));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const candidate of heads) {
      const { head } = candidate;
      if (head === undefined) continue;
      const isFirst =
        first?.head === undefined ||
        (order === 'asc' ? head.key < first.head.key : head.key > first.head.key);
      if (isFirst) first = candidate;
    }
    if (first?.head === undefined) return;
    yield first.head.value;
    first.head = await next(first.source);
  }
}
