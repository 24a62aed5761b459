import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

/** Milliseconds of processor time of another process, its threads included; NaN where there is no /proc. */
export function processorMsOf(pid: number): number {
  try {
    const [user = '', system = ''] = afterName(readFileSync(`/proc/${pid}/stat`, 'utf8')).slice(11, 13);
    return (Number(user) + Number(system)) * tickMs;
  } catch {
    return Number.NaN;
  }
}

/** The fields after the name of the program, which is in brackets and can have spaces. */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Megabytes of resident memory of another process; NaN where there is no /proc. */
export function residentMbOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}
