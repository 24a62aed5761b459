import type { Request } from '../history/request.ts';
import type { Asked, Ledger } from '../ledger.ts';
import type { Fault } from './fault.ts';
import type { Fleet } from './fleet.ts';
import { httpEvent } from './http-event.ts';
import { httpRequest, type Known } from './http-request.ts';
import { workflowName } from './names.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A caller that has no reply sends the request again after this, in milliseconds, so many times. */
const retryMs = 2_000;
const mostTries = 4;

/** Those who send requests, and what they know. */
export class Callers {
  readonly #time: VirtualTime;
  readonly #ledger: Ledger;
  readonly #fleet: Fleet;

  constructor({ time, ledger, fleet }: { time: VirtualTime; ledger: Ledger; fleet: Fleet }) {
    this.#time = time;
    this.#ledger = ledger;
    this.#fleet = fleet;
  }

  /** Sends the request, again if there is no reply and the caller wants one, and then what follows from the reply. */
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

  /** Sends the request once. Undefined if it needs something that nobody knows. */
  async send(request: Request, fault: Fault | undefined): Promise<Asked | undefined> {
    const at = this.#time.now();
    const sent = httpRequest(request, this.#knownOf(request.workflow, at));
    if (sent === undefined) return undefined;
    const number = this.#ledger.asked.length;
    const open = { end: Number.POSITIVE_INFINITY, reply: undefined, isFaulted: false };
    const asked: Asked = { number, request, at, ...open };
    this.#ledger.asked.push(asked);
    if (this.#ledger.isOut(at)) return Object.assign(asked, { end: at, isFaulted: true, isUnheard: true });
    const { result, isFaulted } = await this.#fleet.run('http', fault, ({ functions, skewMs }) => {
      const route = functions.routes.find(
        ({ method, path }) => method === sent.method && path === sent.route,
      );
      if (route === undefined) throw new Error(`there is no route ${sent.method} ${sent.route}`);
      return route.handler(httpEvent(sent, number, at + skewMs));
    });
    Object.assign(asked, { end: this.#time.now(), isFaulted });
    if (result === undefined) return asked;
    if ('error' in result) throw result.error;
    const { statusCode = 0, body = '' } = result.value;
    asked.reply = { status: statusCode, json: body === '' ? undefined : JSON.parse(body) };
    return asked;
  }

  #knownOf(workflow: number, now: number): Known {
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
    return {
      incident: message && 'incident' in message ? message.incident : undefined,
      redrive: started?.reply?.json.id,
      now,
    };
  }
}
