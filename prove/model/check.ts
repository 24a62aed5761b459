import type { Ledger } from '../ledger.ts';
import { data } from './data.ts';
import { type Broken, Evidence } from './evidence.ts';
import { falseAlarms } from './false-alarms.ts';
import { loud } from './loud.ts';
import { once } from './once.ts';
import { secret } from './secret.ts';
import { watched } from './watched.ts';

/** The promises that the service did not keep in this history. */
export function check(ledger: Ledger): Broken[] {
  const evidence = new Evidence(ledger);
  return [watched, falseAlarms, once, data, loud, secret].flatMap((promise) => promise(evidence));
}
