import type { OperationContract } from '../contract/operation.ts';
import type { Connected, Connectors } from './connect.ts';
import { type Entry, type Environment, entry } from './entry.ts';
import { type Asked, type HttpHandler, httpFunction } from './http-function.ts';
import type { HttpReply } from './http-reply.ts';
import type { HttpEvent, ParsedRequest } from './http-request.ts';

/**
 * The function behind the route of a contract: `handle` answers its requests, with the ports that `connectors` make. If
 * `handle` needs a port that no connector makes, this does not compile.
 */
export function serve<
  Contract extends OperationContract,
  Named extends Connectors<Environment<Contract['operation']>> &
    (Contract extends { audited: true } ? { audit: object } : unknown),
>(
  contract: Contract,
  connectors: Named,
  handle: (
    service: Connected<Named>,
    request: ParsedRequest<Contract> & Asked<Contract>,
    event: HttpEvent,
  ) => Promise<HttpReply<Contract>>,
): Entry<Connected<Named>, HttpHandler> {
  return entry<Contract['operation'], Named, HttpHandler>(contract.operation, connectors, (service) =>
    httpFunction(contract, service, (request, event) => handle(service, request, event)),
  );
}
