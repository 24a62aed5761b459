/** A whole number for people: 1533 is "1,533". */
export function numberText(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A part of a whole: "1,533 of 1,758 (87%)", "6 of 6". */
export function shareText(count: number, of: number): string {
  const share = count === of ? '' : ` (${percentText(count / of)})`;
  return `${numberText(count)} of ${numberText(of)}${share}`;
}

/** Never 0% of something and never 100% of less than all. */
function percentText(share: number): string {
  if (share < 0.01) return 'under 1%';
  return `${Math.min(99, Math.round(share * 100))}%`;
}
