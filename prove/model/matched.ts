/**
 * Those on the left that get no partner on the right. Each has at most one, and as many as possible have one: whoever
 * comes later takes a partner if its first choice can find another (an augmenting path).
 */
export function unmatched<Left, Right>(
  left: readonly Left[],
  right: readonly Right[],
  fits: (one: Left, other: Right) => boolean,
): Left[] {
  const chosen = new Map<Right, Left>();
  const finds = (one: Left, tried: Set<Right>): boolean =>
    right.some((other) => {
      if (tried.has(other) || !fits(one, other)) return false;
      tried.add(other);
      const before = chosen.get(other);
      if (before !== undefined && !finds(before, tried)) return false;
      chosen.set(other, one);
      return true;
    });
  return left.filter((one) => !finds(one, new Set()));
}
