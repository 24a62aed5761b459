import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { RegisterRequest } from '../../core/contract/registration.ts';
import type { Context } from './context.ts';
import { exactJson, hasInexactNumber, keepsNumbers } from './exact-json.ts';
import type { RegistrationOptions } from './registration-options.ts';
import { UsageError } from './usage-error.ts';

export type Registration = Omit<z.infer<typeof RegisterRequest>, 'item'>;

const flags: Record<string, string> = {
  timeout: '--timeout',
  deadline: '--deadline',
  step: '--step',
  tags: '--tag',
  startBy: '--start-by',
  warnAfter: '--warn-after',
  stuckAfter: '--stuck-after',
  run: '--run',
};

/** The registration that the options describe, checked in the same way as by the service. Throws a UsageError. */
export async function registrationOf(
  context: Pick<Context, 'stdin'>,
  options: RegistrationOptions & { deadline?: string; run?: string },
): Promise<Registration> {
  const { tag = [], data, dataFile, timeout, deadline, step, startBy, warnAfter, stuckAfter } = options;
  const { restart, run } = options;
  const members = { timeout, deadline, step, startBy, warnAfter, stuckAfter, restart, run };
  if (data !== undefined && dataFile !== undefined) {
    throw new UsageError('--data and --data-file were both given', 'Use one of them.');
  }
  const dataText =
    data === '-' ? await text(context.stdin) : dataFile === undefined ? data : await fileText(dataFile);
  const source = dataFile === undefined ? (data === '-' ? 'standard input' : '--data') : dataFile;
  const registration: Registration = {
    ...Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)),
    ...(tag.length > 0 && { tags: tagsOf(tag) }),
    ...(dataText !== undefined && { data: jsonOf(dataText, source) }),
  };
  const parsed = z.safeParse(RegisterRequest, registration);
  if (parsed.success) return registration;
  const [{ path, message } = { path: [], message: '' }] = parsed.error.issues;
  throw new UsageError(`${flags[String(path[0])] ?? path.join('.')} ${message}`);
}

function tagsOf(tags: readonly string[]): Record<string, string> {
  const pairs = tags.map((tag) => {
    const at = tag.indexOf('=');
    if (at > 0) return [tag.slice(0, at), tag.slice(at + 1)];
    throw new UsageError(`--tag must be key=value; received ${JSON.stringify(tag)}`);
  });
  return Object.fromEntries(pairs);
}

async function fileText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`the file ${file} of --data-file cannot be read (${cause.code})`, undefined, {
      cause,
    });
  });
}

function jsonOf(json: string, source: string): unknown {
  let value: unknown;
  try {
    value = exactJson(json);
  } catch {
    // The parser's message quotes the text, and data does not belong in logs.
    throw new UsageError(
      `the data of ${source} is not valid JSON`,
      'A text needs its own quotes: --data \'"some text"\'.',
    );
  }
  if (keepsNumbers || !hasInexactNumber(json)) return value;
  throw new UsageError(
    `the data of ${source} has a number that Node ${process.versions.node} would change`,
    'Use Node 22 or later, which sends every number as it is, or write the number as a text.',
  );
}
