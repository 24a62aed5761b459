import { resolve } from 'node:path';

/** Why the service could not start, in one line that says what to do. */
export function startErrorText(
  error: unknown,
  options: { data: string; host: string; port: number },
): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const folder = resolve(options.data);
  switch (code) {
    case 'EADDRINUSE':
      return `port ${options.port} on ${options.host} is in use; stop the program that uses it, or choose another port with --port`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this machine has no address ${options.host}; choose another address with --host`;
    case 'DATA_IN_USE':
      return `the folder ${folder} is in use by another process; stop that process, or choose another folder with --data`;
    case 'DATA_CORRUPT':
      return `the folder ${folder} is damaged: ${firstLine(message)}; restore it, or move it away to start with an empty one`;
    case 'DATA_OUTDATED':
      return `the folder ${folder} was made by an earlier version, whose records this version cannot read (${firstLine(message)}); complete or export its items with that version, then choose a new folder with --data`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
    case 'ENOENT':
    case 'ENOSPC':
      return code === 'EACCES' && options.port < 1024 && /listen/.test(message)
        ? `only root may listen on port ${options.port}; choose a port above 1023 with --port`
        : `cannot write to the folder ${folder} (${code}); choose another folder with --data`;
    case 'ERR_SQLITE_ERROR':
    case 'DATABASE_FAILED':
      return `cannot use the folder ${folder} (${firstLine(message)}); check its permissions and its disk, or choose another folder with --data`;
    default:
      return `cannot start: ${firstLine(message ?? String(error))}`;
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
