import { notificationText } from '../../core/contract/notification-text.ts';
import { PacedRedrives } from './paced-redrives.ts';
import { startMemoryWarden } from './start-warden.ts';
import type { EmbeddedWarden } from './warden.ts';
import { wardenCommand } from './warden-command.ts';

/* A storm, a twentieth of the storm in which people on call were watched, and the commands that end it. */

const address = { url: 'http://localhost:8080', isTokenNeeded: false };
const columns = 110;
/** How long the upstream service works on an order. */
const workMs = 2_000;

/** A step of the story: a command with the answer to its question, or events in between. */
type Event =
  | { say: string }
  | { warden: string[]; answer?: string }
  | { pass: number }
  | { notified: string };

const story: Event[] = [
  { say: 'The phone rings twice within a minute.' },
  { notified: 'orders' },
  { say: 'The notification names the workflow. What do the lost orders have in common?' },
  { warden: ['incidents', 'show', 'orders'] },
  {
    say: 'Nearly all of them stopped after `charged`, in one region: the payment service there is down. Everybody shall see that somebody works on it, and the phone shall be quiet.',
  },
  { warden: ['ack', 'orders', 'invoices', '--note', 'sam is on it'] },
  { warden: ['silence', 'orders', '1h', 'payments in eu are down'] },
  { say: 'The orders with an unknown address are from test customers. Nobody needs them.' },
  {
    warden: ['discard', 'orders', '--reason', 'address unknown', '--note', 'test customers'],
    answer: 'y',
  },
  { say: 'The payment service is back. First one order, then the others.' },
  { warden: ['redrive', 'orders', '--try', '1'], answer: 'y' },
  { warden: ['redrive', 'orders', '--rate', '20'], answer: 'y' },
  { pass: 2_000 },
  { say: 'The payment service is slow. It gets half a minute.' },
  { warden: ['redrive', 'pause', 'orders'] },
  { pass: 30_000 },
  { warden: ['redrive', 'continue', 'orders'] },
  { warden: ['redrive', 'status', 'orders', '--watch'] },
  {
    say: 'The queue of the invoices turns out to have been purged, so none of them is in it: they can be resumed, too.',
  },
  {
    warden: [
      'redrive',
      'invoices',
      '--not-started',
      '--rate',
      '50',
      '--note',
      'the queue was purged',
      '--watch',
    ],
    answer: 'y',
  },
  { pass: 120_000 },
  { say: 'Is it over?' },
  { warden: ['incidents', '--all'] },
  { warden: ['silence', 'orders', '--end'] },
  { pass: 60_000 },
  { notified: 'orders' },
];

/** The commands of the story. */
export const commandCount = story.filter((event) => 'warden' in event).length;

/** Plays the story against the service and returns it as Markdown. */
export async function onCallTranscript(): Promise<string> {
  const warden = await startMemoryWarden();
  try {
    await lose(warden);
    const upstream = new Upstream(warden);
    const parts: string[] = [];
    for (const event of story) parts.push(await played(warden, upstream, event));
    return parts.filter((part) => part !== '').join('\n');
  } finally {
    await warden.close();
  }
}

async function played(warden: EmbeddedWarden, upstream: Upstream, event: Event): Promise<string> {
  if ('say' in event) return `${event.say}\n`;
  if ('pass' in event) {
    for (let left = event.pass; left > 0; left -= 1_000) await upstream.pass(Math.min(left, 1_000));
    await warden.sweep();
    return '';
  }
  if ('notified' in event) {
    const [notification] = (await warden.notifications(event.notified)).slice(-1);
    if (!notification) throw new Error(`nobody was notified of ${event.notified}`);
    const [title = ''] = notificationText(notification, address).split('\n\nList: ');
    return `> ${title.trimEnd().split('\n').join('\n> ')}\n`.replaceAll('\n> \n', '\n>\n');
  }
  const { shown, code } = await wardenCommand(warden, event.warden, {
    columns,
    ...(event.answer !== undefined && { stdin: `${event.answer}\n` }),
    wait: (ms) => upstream.pass(ms),
  });
  if (code !== 0) throw new Error(`${event.warden.join(' ')} ended with ${code}: ${shown}`);
  const typed = event.warden.map((word) => (word.includes(' ') ? JSON.stringify(word) : word));
  return ['```console', `$ warden ${typed.join(' ')}`, onScreen(shown), '```', ''].join('\n');
}

/** The final state of lines that a terminal redraws. */
function onScreen(text: string): string {
  const escapes = new RegExp(String.raw`${'\u001b'}\[[\d;]*[A-Za-z]`, 'g');
  const lines = text.replaceAll(escapes, '').replaceAll('\r\n', '\n').split('\n');
  const drawn = lines.map((line) => line.split('\r').at(-1)?.trimEnd() ?? '');
  return drawn
    .join('\n')
    .replaceAll(/(\[y\/N\] y)\n\n/g, '$1\n')
    .trimEnd();
}

/** The upstream service, which completes the items that it receives. */
class Upstream {
  readonly #warden: EmbeddedWarden;
  readonly #redrives: PacedRedrives;
  #working: { workflow: string; item: string; at: number }[] = [];

  constructor(warden: EmbeddedWarden) {
    this.#warden = warden;
    this.#redrives = new PacedRedrives(warden);
  }

  /** Lets time pass: redrives run, and items that were sent long enough ago are completed. */
  async pass(ms: number): Promise<void> {
    await this.#redrives.pass(ms);
    const now = this.#warden.clock.now();
    for (const workflow of ['orders', 'invoices']) {
      for (const { item } of await this.#warden.redriven(workflow)) {
        this.#working.push({ workflow, item, at: now + workMs });
      }
    }
    for (const { workflow, item, at } of this.#working) {
      if (at <= now) await this.#warden.complete(workflow, item);
    }
    this.#working = this.#working.filter(({ at }) => at > now);
  }
}

/** 100 orders, of which 12 are done, and 50 invoices, of which 35 are never started. */
async function lose(warden: EmbeddedWarden): Promise<void> {
  const reasons = ['address unknown', 'card declined', 'no answer from the bank'];
  for (let n = 1; n <= 100; n++) {
    const isStuck = n > 18 && n <= 94;
    await warden.register('orders', `order-${1000 + n}`, {
      timeout: 600,
      step: isStuck || n <= 12 ? 'charged' : 'received',
      tags: { region: isStuck || n % 4 === 0 ? 'eu' : 'us', customer: `c${n % 40}` },
      data: { order: 1000 + n, amount: n },
    });
    warden.clock.advance(200);
  }
  for (let n = 1; n <= 50; n++) {
    const item = `invoice-${1000 + n}`;
    await warden.register('invoices', item, { timeout: 86_400, startBy: 600, data: { order: 1000 + n } });
    if (n <= 15) {
      await warden.progress('invoices', item, { step: 'rendered' });
      await warden.complete('invoices', item);
    }
    warden.clock.advance(200);
  }
  for (let n = 1; n <= 12; n++) await warden.complete('orders', `order-${1000 + n}`);
  for (let n = 13; n <= 18; n++) {
    const failed = { reason: reasons[n % 3], type: 'refused' };
    await warden.progress('orders', `order-${1000 + n}`, { failed });
  }
  await warden.passSweeping(720_000);
}
