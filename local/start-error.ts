import { resolve } from 'node:path';

/** What kept the service from starting, in one line that says what to do. */
export function startErrorText(
  error: unknown,
  options: { data: string; host: string; port: number },
): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const folder = resolve(options.data);
  switch (code) {
    case 'EADDRINUSE':
      return `port ${options.port} on ${options.host} is in use; stop what uses it or choose another with --port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this machine has no address ${options.host}; choose another with --host`;
    case 'DATA_IN_USE':
      return `the folder ${folder} is in use by another process; stop that or choose another with --data`;
    case 'DATA_CORRUPT':
      return `the folder ${folder} is damaged: ${firstLine(message)}; restore it, or move it away to begin anew`;
    case 'DATA_OUTDATED':
      return `the folder ${folder} was made by an earlier version that cannot be gone on with (${firstLine(message)}); complete or read its items with that version, and choose a new folder with --data`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
    case 'ENOENT':
    case 'ENOSPC':
      return code === 'EACCES' && options.port < 1024 && /listen/.test(message)
        ? `port ${options.port} is only for root; choose one above 1023 with --port`
        : `cannot write to the folder ${folder} (${code}); choose another with --data`;
    case 'ERR_SQLITE_ERROR':
    case 'DATABASE_FAILED':
      return `cannot use the folder ${folder} (${firstLine(message)}); check its permissions and its disk, or choose another with --data`;
    default:
      return `cannot start: ${firstLine(message ?? String(error))}`;
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
