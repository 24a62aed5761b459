import type { Ledger } from '../ledger.ts';
import { access } from './access.ts';
import { audited } from './audited.ts';
import { calm } from './calm.ts';
import { counted } from './counted.ts';
import { data } from './data.ts';
import { type Broken, Evidence } from './evidence.ts';
import { expected } from './expected.ts';
import { falseAlarms } from './false-alarms.ts';
import { loud } from './loud.ts';
import { notified } from './notified.ts';
import { once } from './once.ts';
import { order } from './order.ts';
import { reconciled } from './reconciled.ts';
import { redriven } from './redriven.ts';
import { reminded } from './reminded.ts';
import { repeats } from './repeats.ts';
import { secret } from './secret.ts';
import { settings } from './settings.ts';
import { started } from './started.ts';
import { stuck } from './stuck.ts';
import { walks } from './walks.ts';
import { warned } from './warned.ts';
import { watched } from './watched.ts';

/** The checks of the promises. Each check uses only facts that can be seen from outside, never their causes. */
const promises = [
  ...[watched, notified, falseAlarms, once, repeats, order, data, calm, loud, secret, stuck],
  ...[walks, reconciled, settings, access, warned, started, expected, redriven, reminded],
  ...[counted, audited],
];

/** The promises that the service did not keep in this history. */
export function check(ledger: Ledger): Broken[] {
  const evidence = new Evidence(ledger);
  return promises.flatMap((promise) => promise(evidence));
}
