import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const listen = '0A';

/** The addresses that a process listens on, as Linux writes them: hexadecimal, each word little-endian. */
export function listeningAddresses(pid: number): string[] {
  return listening(pid).map(({ address }) => address);
}

export function listeningPorts(pid: number): number[] {
  return listening(pid).map(({ port }) => port);
}

function listening(pid: number): { address: string; port: number }[] {
  const folder = `/proc/${pid}/fd`;
  const own = new Set(
    readdirSync(folder).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${fd}`))?.[1] ?? []),
  );
  return ['tcp', 'tcp6'].flatMap((protocol) =>
    readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === listen && own.has(inode ?? ''))
      .map(([, local = '']) => {
        const [address = '', port = ''] = local.split(':');
        return { address, port: Number.parseInt(port, 16) };
      }),
  );
}

export const loopback = ['0100007F', '00000000000000000000000001000000'];

/** A descriptor may be closed between listing and reading it. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
