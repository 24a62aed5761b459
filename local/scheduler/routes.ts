import { invalid, unknownOperation } from './service-error.ts';

const operations = {
  'POST /schedules/{Name}': 'CreateSchedule',
  'PUT /schedules/{Name}': 'UpdateSchedule',
  'GET /schedules/{Name}': 'GetSchedule',
  'DELETE /schedules/{Name}': 'DeleteSchedule',
  'GET /schedules': 'ListSchedules',
  'POST /schedule-groups/{Name}': 'CreateScheduleGroup',
  'GET /schedule-groups/{Name}': 'GetScheduleGroup',
  'DELETE /schedule-groups/{Name}': 'DeleteScheduleGroup',
  'GET /schedule-groups': 'ListScheduleGroups',
} as const;

export type OperationName = (typeof operations)[keyof typeof operations];

const routes = new Map<string, OperationName>(Object.entries(operations));

/** The operation of a request, and the name in its path. Throws an UnknownOperationException if there is none. */
export function route(method: string, path: string): { operation: OperationName; name: string | undefined } {
  const [, kind, name, ...more] = path.split('/');
  const pattern = name === undefined ? `/${kind}` : `/${kind}/{Name}`;
  const operation = more.length === 0 ? routes.get(`${method} ${pattern}`) : undefined;
  if (operation === undefined) throw unknownOperation(`This emulator has no operation ${method} ${path}`);
  return { operation, name: name && decoded(name) };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (cause) {
    if (cause instanceof URIError) throw invalid('Name is not percent-encoded UTF-8');
    throw cause;
  }
}
