import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A socket's path has at most 103 bytes on macOS and 107 on Linux. */
const mostPathBytes = 100;
const lock = '.lock';
const tries = 4;

/** Ends the lock. */
export type Release = () => Promise<void>;

/**
 * Lets one process at a time deliver a folder. Undefined if another process delivers it.
 *
 * A process that wants the lock listens on a Unix socket of its own in the folder, and only then looks for the sockets
 * of others. It has the lock if none of them accepts a connection. Of two processes the later one sees the earlier, so
 * two never have it; if both see each other, both give way and try again. The kernel closes the sockets of a process
 * that ends in any way: no lock outlives its process, and no process id can be mistaken for another.
 */
export async function lockDelivery(folder: string): Promise<Release | undefined> {
  for (let count = 0; count < tries; count++) {
    if (count > 0) await wait(randomInt(5, 25));
    const release = await tryLock(folder);
    if (release) return release;
  }
  return undefined;
}

async function tryLock(folder: string): Promise<Release | undefined> {
  const name = `${randomBytes(6).toString('hex')}${lock}`;
  const { path, remove } = await shortPath(folder);
  const server = createServer((socket) => socket.destroy());
  const release = async () => {
    server.close();
    await rm(join(folder, name), { force: true });
    await remove();
  };
  try {
    await listen(server, join(path, `${name}.new`));
    // Named as a lock only now: a socket that does not listen yet would look like that of a dead process.
    await rename(join(folder, `${name}.new`), join(folder, name));
    if (!(await hasOthers(folder, path, name))) return release;
  } catch (error) {
    await release();
    // Another process took the socket for that of a dead one before it listened.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
  await release();
  return undefined;
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
  server.unref();
}

async function hasOthers(folder: string, path: string, own: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    if (name === own || !(name.endsWith(lock) || name.endsWith(`${lock}.new`))) continue;
    if (await isListening(join(path, name))) return true;
    await rm(join(folder, name), { force: true });
  }
  return false;
}

/** Whether a process listens on a socket. Only a refused connection proves that none does. */
async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'ECONNREFUSED' && code !== 'ENOENT';
  } finally {
    socket.destroy();
  }
}

/** A path of the folder that is short enough for the sockets in it. */
async function shortPath(folder: string): Promise<{ path: string; remove: () => Promise<void> }> {
  if (Buffer.byteLength(join(folder, `${'x'.repeat(12)}${lock}.new`)) <= mostPathBytes) {
    return { path: folder, remove: async () => {} };
  }
  const link = await mkdtemp(join(tmpdir(), 'warden-'));
  await symlink(folder, join(link, 'f'));
  return { path: join(link, 'f'), remove: () => rm(link, { recursive: true, force: true }) };
}
