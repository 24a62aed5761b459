export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** How many there are in all groups together. */
export function sumOfCounts(groups: readonly { count: number }[]): number {
  return sum(groups.map(({ count }) => count));
}
