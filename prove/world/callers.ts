import type { Request } from '../history/request.ts';
import type { Asked, Ledger, Reply } from '../ledger.ts';
import type { Fault } from './fault.ts';
import type { Fleet } from './fleet.ts';
import { Gateway } from './gateway.ts';
import type { HttpRequest } from './http-event.ts';
import { httpRequest, type Known, messageOf } from './http-request.ts';
import type { MessageQueue } from './message-queue.ts';
import { workflowName } from './names.ts';
import type { VirtualTime } from './virtual-time.ts';
import { nextPageOf, type Page, pageIn } from './walk.ts';

/** A caller without a reply sends the request again after this many milliseconds, up to this many times. */
const retryMs = 2_000;
const mostTries = 4;

interface Options {
  time: VirtualTime;
  ledger: Ledger;
  fleet: Fleet;
  ingest: MessageQueue;
}

/** The callers, and the facts that they know. */
export class Callers {
  readonly #time: VirtualTime;
  readonly #ledger: Ledger;
  readonly #gateway: Gateway;
  readonly #ingest: MessageQueue;

  constructor({ time, ledger, fleet, ingest }: Options) {
    this.#time = time;
    this.#ledger = ledger;
    this.#gateway = new Gateway(time, fleet);
    this.#ingest = ingest;
  }

  /**
   * Sends the request, again if there is no reply and the caller wants one, and then the requests that follow from the
   * reply.
   */
  async ask(request: Request, fault: Fault | undefined, isRetried: boolean): Promise<void> {
    for (let tries = 0; tries < mostTries; tries++) {
      const asked = await this.send(request, tries === 0 ? fault : undefined);
      const { reply } = asked ?? {};
      if (request.ask === 'discard' && request.token === undefined && reply?.status === 200)
        return this.ask({ ...request, token: reply.json.token }, undefined, isRetried);
      if (asked === undefined || (reply && reply.status < 500) || !isRetried) return;
      await this.#time.sleep(retryMs);
    }
  }

  /** Sends the request once. Undefined if it needs something that nobody knows, or if it is a message. */
  async send(request: Request, fault: Fault | undefined): Promise<Asked | undefined> {
    if (request.ask === 'ingest') return this.#sendMessage(request);
    const known = this.#knownOf(request.workflow);
    const sent = httpRequest(request, known);
    if (sent === undefined) return undefined;
    const asked = this.#begun(request);
    const isOfToken = request.ask === 'revoke token' || 'withToken' in request;
    if (isOfToken && known.token) asked.token = known.token.id;
    if (request.ask === 'walk' || request.ask === 'read audit') await this.#walk(asked, sent, fault);
    else asked.reply = await this.#exchange(asked, sent, fault);
    asked.end = this.#time.now();
    return asked;
  }

  #begun(request: Request): Asked {
    const at = this.#time.now();
    const number = this.#ledger.asked.length;
    const open = { end: Number.POSITIVE_INFINITY, reply: undefined, isFaulted: false };
    const asked: Asked = { number, request, at, ...open };
    this.#ledger.asked.push(asked);
    return asked;
  }

  /** The queue accepts it, even in an outage. Nobody gets a reply. */
  #sendMessage(request: Extract<Request, { ask: 'ingest' }>): undefined {
    const asked = this.#begun(request);
    this.#ingest.send(messageOf(request), {
      againAfter: request.againAfter,
      onHandled: () => {
        asked.handledAt ??= this.#time.now();
      },
      onGone: () => {
        asked.end = this.#time.now();
      },
    });
  }

  async #exchange(asked: Asked, sent: HttpRequest, fault: Fault | undefined): Promise<Reply | undefined> {
    if (this.#ledger.isOut(this.#time.now())) {
      Object.assign(asked, { isFaulted: true, isUnheard: true });
      return undefined;
    }
    const { reply, isFaulted } = await this.#gateway.pass(sent, asked.number, fault);
    asked.isFaulted ||= isFaulted;
    return reply;
  }

  /** Asks for page after page. Without one of them the walk has no result. */
  async #walk(asked: Asked, first: HttpRequest, fault: Fault | undefined): Promise<void> {
    const pages: Page[] = [];
    for (let next: HttpRequest | undefined = first; next; ) {
      const at = this.#time.now();
      const reply = await this.#exchange(asked, next, pages.length === 0 ? fault : undefined);
      if (reply?.status !== 200) {
        asked.reply = reply;
        return;
      }
      pages.push({ at, end: this.#time.now(), items: pageIn(reply) });
      next = nextPageOf(next, reply);
    }
    asked.reply = { status: 200, json: { pages } };
  }

  #knownOf(workflow: number): Known {
    const name = workflowName(workflow);
    const { asked, published } = this.#ledger;
    const told = published.findLast(
      (one) => one.topic === 'people' && 'workflow' in one.message && one.message.workflow === name,
    );
    const message = told?.topic === 'people' ? told.message : undefined;
    const started = asked.findLast(
      ({ request, reply }) =>
        request.ask === 'redrive' && request.workflow === workflow && reply?.status === 202,
    );
    const created = asked.findLast(
      ({ request, reply }) => request.ask === 'create token' && reply?.status === 201,
    );
    return {
      incident: message && 'incident' in message ? message.incident : undefined,
      redrive: started?.reply?.json.id,
      token: created && { id: created.reply?.json.id, text: created.reply?.json.token },
      now: this.#time.now(),
    };
  }
}
