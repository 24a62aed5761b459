/**
 * The allowed word that a caller may have meant: it differs by letter case, by up to two letters, or by an ending.
 * Undefined if no word is near.
 */
export function nearestWord(given: string, allowed: readonly string[]): string | undefined {
  const word = given.toLowerCase();
  // No allowed word is near a long text, and comparing takes time in proportion to its length.
  if (word.length > 64) return undefined;
  const ranked = allowed
    .map((name) => ({ name, distance: distanceOf(word, name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = ranked;
  if (best === undefined || best.distance > 2) return undefined;
  // Two letters of four would make every word near every other.
  return best.distance * 2 < Math.max(best.name.length, 3) ? best.name : undefined;
}

function distanceOf(one: string, other: string): number {
  const isEnding = one.length > 1 && other.length > 1 && (one.startsWith(other) || other.startsWith(one));
  return isEnding ? 1 : editDistance(one, other);
}

/** How many letters must be inserted, removed, replaced or swapped with the next one. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        ...(row > 1 && column > 1 && isSwapped ? [(beforeLast[column - 2] ?? 0) + 1] : []),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}
