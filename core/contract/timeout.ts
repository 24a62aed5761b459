/** Seconds as text. */
const plainForm = /^(?<s>\d{1,9}(?:\.\d{1,3})?)$/;

/** Amounts with units as shells and configuration files have them: `90s`, `15m`, `1h30m`. */
const shortForm = /^(?=\d)(?:(?<d>\d{1,5})d)?(?:(?<h>\d{1,6})h)?(?:(?<m>\d{1,8})m)?(?:(?<s>\d{1,9})s)?$/;

/** An ISO 8601 duration without years and months, which have no fixed length. */
const isoForm =
  /^P(?:(?<w>\d+)W|(?=\d|T\d)(?:0+Y)?(?:0+M)?(?:(?<d>\d+)D)?(?:T(?=\d)(?:(?<h>\d+)H)?(?:(?<m>\d+)M)?(?:(?<s>\d+(?:[.,]\d+)?)S)?)?)$/;

/** Of a duration as text. */
const mostCharacters = 64;

/**
 * Milliseconds of a timeout: seconds as a number or text, `15m` or `1h30m`, or an ISO 8601 duration of weeks, days, hours,
 * minutes, seconds. Undefined for anything else.
 */
export function timeoutMs(timeout: number | string): number | undefined {
  if (typeof timeout === 'number') return Number.isFinite(timeout) ? Math.round(timeout * 1000) : undefined;
  if (timeout.length > mostCharacters) return undefined;
  const amounts = (plainForm.exec(timeout) ?? shortForm.exec(timeout) ?? isoForm.exec(timeout))?.groups;
  if (!amounts) return undefined;
  const { w = '0', d = '0', h = '0', m = '0', s = '0' } = amounts;
  const days = Number(w) * 7 + Number(d);
  return Math.round((((days * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s.replace(',', '.'))) * 1000);
}
