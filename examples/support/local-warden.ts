import { join } from 'node:path';
import { listen } from './json-server.ts';
import { ServerProcess } from './server-process.ts';
import { type Stage, say } from './stage.ts';
import { until } from './until.ts';

/** The part of a notification that the examples need, as the webhook receives it. */
export interface Notification {
  id: string;
  event: 'opened' | 'updated' | 'reminder' | 'resolved';
  kind: 'overdue' | 'not-started' | 'warning' | 'shortfall';
  counts: { overdue: number; failed: number; notStarted?: number };
  items: { item: string; step?: string }[];
}

/** `npm start`, which needs no build. WARDEN_PROGRAM names another program, such as `dist/command-line/main.mjs start`. */
const [file = '', ...first] = (process.env.WARDEN_PROGRAM ?? 'local/main.ts').split(' ');

/** A Process Warden for one example, with an empty folder. */
export class LocalWarden {
  readonly url: string;
  /** The notifications that the webhook has received so far. */
  readonly notifications: readonly Notification[];
  readonly #service: ServerProcess;

  private constructor(service: ServerProcess, notifications: readonly Notification[]) {
    this.url = service.url;
    this.#service = service;
    this.notifications = notifications;
  }

  /** @param redriveWebhook where resumed items are posted */
  static async start(stage: Stage, redriveWebhook?: string): Promise<LocalWarden> {
    const notifications: Notification[] = [];
    const webhook = await listen((body) => notifications.push(body as Notification));
    stage.atEnd(webhook.close);
    const service = await ServerProcess.start(stage, file, [
      ...[...first, '--port', '0', '--data', join(stage.folder, 'warden'), '--webhook', webhook.url],
      ...(redriveWebhook === undefined ? [] : ['--redrive-webhook', redriveWebhook]),
    ]);
    return new LocalWarden(service, notifications);
  }

  /** Waits for the first notification of this event, shows it as the warden's terminal does, and returns it. */
  async show(event: Notification['event']): Promise<Notification> {
    const notification = await until(`notification of ${event}`, () =>
      this.notifications.find((one) => one.event === event),
    );
    const text = await until('text of the notification', () => this.#textOf(notification));
    say('');
    for (const line of text.split('\n')) say(`  warden | ${line}`.trimEnd());
    say('');
    return notification;
  }

  /** The text of a notification in the terminal, from its headline to its id. */
  #textOf({ id }: Notification): string | undefined {
    const { stdout } = this.#service;
    const last = `\nNotification ${id}\n`;
    const [before = '', after] = stdout.split(last, 2);
    if (after === undefined) return undefined;
    const headlines = [...before.matchAll(/^(ALERT|WARNING|RESOLVED) {2}/gm)];
    return before.slice(headlines.at(-1)?.index) + last.trimEnd();
  }
}
