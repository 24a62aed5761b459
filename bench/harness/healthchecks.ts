import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../test/e2e/support/until.ts';

const run = promisify(execFile);

/** The folder of its source, and the folder of a virtual environment with its requirements and uwsgi. */
export interface Installed {
  source: string;
  python: string;
}

/** The folders of Healthchecks, from the environment. */
export function installedHealthchecks(
  { HEALTHCHECKS: source = '', HEALTHCHECKS_PYTHON: python = '' }: NodeJS.ProcessEnv = process.env,
): Installed | undefined {
  const isThere = existsSync(join(source, 'manage.py')) && existsSync(join(python, 'bin/uwsgi'));
  return isThere ? { source, python } : undefined;
}

/** Makes checks of one project and prints their codes. */
const seed = `
from django.contrib.auth.models import User
from hc.accounts.models import Project
from hc.api.models import Check
user = User.objects.create(username="bench", email="bench@example.org")
project = Project.objects.create(owner=user)
print("codes", *[Check.objects.create(project=project).code for _ in range(%d)])
`;

export interface Healthchecks {
  url: string;
  /** The codes of its checks. */
  checks: string[];
  /** Its processes: the first starts the others. */
  pids: () => Promise<number[]>;
  stop: () => Promise<void>;
}

/** Starts its own server in the same way as its image, with four processes of uwsgi and SQLite in the folder. */
export async function startHealthchecks(
  { source, python }: Installed,
  { folder, checks }: { folder: string; checks: number },
): Promise<Healthchecks> {
  mkdirSync(folder, { recursive: true });
  const env = {
    ...process.env,
    DB_NAME: join(folder, 'hc.sqlite'),
    SECRET_KEY: 'bench',
    DEBUG: 'False',
    ALLOWED_HOSTS: '127.0.0.1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const manage = (...given: string[]) =>
    run(join(python, 'bin/python'), ['manage.py', ...given], { cwd: source, env });
  await manage('migrate', '-v', '0', '--skip-checks');
  const { stdout } = await manage('shell', '-v', '0', '-c', seed.replace('%d', String(checks)));
  const codes = /^codes (.+)$/m.exec(stdout)?.[1]?.split(' ') ?? [];
  if (codes.length !== checks) throw new Error(`Healthchecks made ${codes.length} checks: ${stdout}`);
  const port = await freePort();
  const given = `--strict --master --die-on-term --http-socket 127.0.0.1:${port} --processes 4 --enable-threads --threads 1
    --module hc.wsgi:application --thunder-lock --disable-write-exception --buffer-size 32768 --post-buffering 16192
    --max-fd 10000 --disable-logging`;
  const server = spawn(join(python, 'bin/uwsgi'), given.split(/\s+/), { cwd: source, env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await until('Healthchecks', 60_000, async () => {
    if (server.exitCode !== null) throw new Error(`uwsgi ended with ${server.exitCode}`);
    return fetch(`${url}/ping/${codes[0]}`).then(
      ({ status }) => status === 200,
      () => false,
    );
  });
  return {
    url,
    checks: codes,
    pids: async () => {
      const { stdout: children } = await run('ps', ['--ppid', String(server.pid), '-o', 'pid=']);
      return [server.pid ?? 0, ...children.split('\n').filter(Boolean).map(Number)];
    },
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
