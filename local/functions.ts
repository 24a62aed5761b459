import { type Operation, servedRoutes } from '../core/contract/routes.ts';
import type { HttpHandler } from '../core/lambda/http-function.ts';
import type { Ports } from '../core/ports.ts';
import { create as answerUnrouted } from '../functions/answer-unrouted.ts';
import { create as authorize } from '../functions/authorize.ts';
import { create as badge } from '../functions/badge.ts';
import { create as checkTimers } from '../functions/check-timers.ts';
import { create as console } from '../functions/console.ts';
import { create as ingest } from '../functions/ingest.ts';
import { create as runRedrives } from '../functions/run-redrives.ts';
import { create as sweep } from '../functions/sweep.ts';
import { consoleFiles } from './console-files.ts';

/** Every route with the function that creates its handler. The file has the name of the operation. */
const served = await Promise.all(
  servedRoutes.map(async (route) => {
    const { create }: { create: (service: Ports) => HttpHandler } = await import(
      `../functions/${route.operation}.ts`
    );
    return { ...route, create };
  }),
);

/** The operations that need no token: health checks and tools on a laptop send none. */
const alwaysOpen: readonly Operation[] = ['check-health', 'read-openapi'];

/**
 * The functions as deployed, with the clients of `service`. Without `auth` every caller may do everything; with `auth`
 * only callers with a token that the authorizer accepts.
 */
export function createFunctions(service: Ports, { auth }: { auth: boolean }) {
  const openService: Ports = { ...service, access: 'open' };
  return {
    console: console({ ...service, consoleFiles }),
    badge: badge(service),
    routes: served.map(({ method, path, operation, create }) => {
      const open = !auth || alwaysOpen.includes(operation);
      return { method, path, open, handler: create(open ? openService : service) };
    }),
    fallback: answerUnrouted(auth ? service : openService),
    checkTimers: checkTimers(service),
    ingest: ingest(service),
    sweep: sweep(service),
    runRedrives: runRedrives(service),
    ...(auth && { authorizer: authorize(service) }),
  };
}
