import { momentOf } from '../../../local/scheduler/at-expression.ts';
import { groupBody, resourceName, scheduleBody, scheduleQuery } from '../../../local/scheduler/requests.ts';
import { defaultGroup, groupArn, scheduleArn } from '../../../local/scheduler/resource-names.ts';
import { route } from '../../../local/scheduler/routes.ts';
import { ServiceError } from '../../../local/scheduler/service-error.ts';
import { parsed } from '../../../local/scheduler/wire-types.ts';
import type { Around } from '../around.ts';
import { AwsError } from '../aws-error.ts';
import { operationOf, textOf } from '../json-protocol.ts';
import type { Reply, Request, Server } from '../memory-transport.ts';
import type { Queues } from '../queues/queues.ts';
import { isObject, sent } from '../send-objects.ts';
import { type Schedule, Schedules } from './schedules.ts';

/** A request by the parts of it: the name in its path, its query and its body. */
interface Input {
  name?: string;
  query: Record<string, string>;
  body: unknown;
}

const seconds = (ms: number) => ms / 1000;
const missing = (what: string, name: string) =>
  new AwsError('ResourceNotFoundException', `${what} ${name} does not exist.`, 404);
const conflict = (what: string, name: string) =>
  new AwsError('ConflictException', `${what} ${name} already exists.`, 409);

/**
 * EventBridge Scheduler in memory: one-off schedules to queues. Requests are read and checked as by the emulator of the
 * local service (local/scheduler); their effects are its own.
 */
export class Scheduler implements Server {
  readonly service = 'scheduler';
  readonly throttling = new AwsError('ThrottlingException', 'The call is throttled', 429);
  readonly failure = new AwsError('InternalServerException', 'The service has failed', 500);
  readonly schedules: Schedules;
  readonly #around: () => Around;
  readonly #groups = new Map<string, { createdAt: number }>([[defaultGroup, { createdAt: 0 }]]);
  readonly #operations: Record<string, (input: Input) => object> = {
    CreateSchedule: (input) => {
      const schedule = this.#scheduleIn(input);
      if (this.schedules.get(schedule.group, schedule.name)) throw conflict('Schedule', schedule.name);
      return this.#put(schedule);
    },
    UpdateSchedule: (input) => {
      const schedule = this.#scheduleIn(input);
      this.#get(schedule);
      return this.#put(schedule);
    },
    GetSchedule: (input) => {
      const { definition, ...schedule } = this.#get(placeIn(input));
      return { ...definition, ...described(schedule) };
    },
    DeleteSchedule: (input) => {
      const { group, name } = placeIn(input);
      if (!this.schedules.delete(group, name)) throw missing('Schedule', name);
      return {};
    },
    ListSchedules: ({ query }) => {
      const all = this.schedules.all().filter(({ group }) => group === (query.ScheduleGroup ?? group));
      return {
        Schedules: all.map(({ definition, ...schedule }) => ({
          ...described(schedule),
          State: definition.State,
          Target: { Arn: definition.Target.Arn },
        })),
      };
    },
    CreateScheduleGroup: (input) => {
      const name = nameIn(input);
      parsed(groupBody, input.body);
      if (this.#groups.has(name)) throw conflict('Schedule group', name);
      this.#groups.set(name, { createdAt: this.#around().clock.now() });
      return { ScheduleGroupArn: groupArn(name) };
    },
    GetScheduleGroup: (input) => {
      const name = nameIn(input);
      this.#checkGroup(name);
      const at = seconds(this.#groups.get(name)?.createdAt ?? 0);
      return { Arn: groupArn(name), Name: name, State: 'ACTIVE', CreationDate: at, LastModificationDate: at };
    },
    DeleteScheduleGroup: (input) => {
      const name = nameIn(input);
      this.#checkGroup(name);
      this.#groups.delete(name);
      this.schedules.deleteGroup(name);
      return {};
    },
  };

  constructor(queues: Queues, around: () => Around) {
    this.#around = around;
    this.schedules = new Schedules(queues, around);
  }

  read({ method, path, query = {}, headers, body }: Request) {
    if (isObject(body)) {
      const { Name: name, ...definition } = sent(body) as Record<string, unknown>;
      const of = { name, query: { groupName: definition.GroupName }, body: definition };
      return { operation: headers['x-amz-target'] ?? '', input: of };
    }
    const { operation, name } = route(method, path);
    const text = textOf(body);
    const input: Input = {
      query: query as Record<string, string>,
      body: text === '' ? {} : JSON.parse(text),
    };
    if (name !== undefined) input.name = name;
    return { operation, input: { ...input } };
  }

  run(operation: string, input: object): object {
    try {
      return operationOf(this.#operations, operation)(input as Input);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new AwsError(error.type, error.message, error.status);
    }
  }

  reply(output: object): Reply {
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(output)),
    };
  }

  error({ code, message, status }: AwsError): Reply {
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': code };
    return { statusCode: status, headers, body: Buffer.from(JSON.stringify({ Message: message })) };
  }

  #scheduleIn(input: Input): Pick<Schedule, 'group' | 'name' | 'definition' | 'at'> {
    const name = nameIn(input);
    const { GroupName: group, ClientToken: _, ...definition } = parsed(scheduleBody, input.body);
    const at = momentOf(definition.ScheduleExpression, definition.ScheduleExpressionTimezone);
    this.#checkGroup(group);
    return { group, name, definition, at };
  }

  #put(schedule: Pick<Schedule, 'group' | 'name' | 'definition' | 'at'>): object {
    this.schedules.put(schedule);
    return { ScheduleArn: scheduleArn(schedule.group, schedule.name) };
  }

  #get({ group, name }: { group: string; name: string }): Schedule {
    const found = this.schedules.get(group, name);
    if (!found) throw missing('Schedule', name);
    return found;
  }

  #checkGroup(name: string): void {
    if (!this.#groups.has(name)) throw missing('Schedule group', name);
  }
}

const nameIn = (input: Input) => parsed(resourceName, { Name: input.name }).Name;

function placeIn(input: Input): { group: string; name: string } {
  return { name: nameIn(input), group: parsed(scheduleQuery, input.query).groupName };
}

function described({ group, name, createdAt, modifiedAt }: Omit<Schedule, 'definition'>): object {
  return {
    Arn: scheduleArn(group, name),
    GroupName: group,
    Name: name,
    CreationDate: seconds(createdAt),
    LastModificationDate: seconds(modifiedAt),
  };
}
