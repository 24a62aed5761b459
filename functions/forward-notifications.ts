import * as z from 'zod/mini';
import { Receiver } from '../core/aws/receivers/receiver.ts';
import { entry } from '../core/lambda/entry.ts';
import { type Failure, queueFunction } from '../core/lambda/queue-function.ts';
import { forwardNotifications } from '../core/operations/incidents/forward-notifications.ts';

const Published = z.looseObject({ id: z.string() });

export const { create, handler } = entry('forward-notifications', { receiver: Receiver }, (service) =>
  queueFunction('forward-notifications', Published, service, async (messages) => {
    const waiting = messages.map(({ messageId, body }) => ({ messageId, json: JSON.stringify(body) }));
    const failed = await forwardNotifications(service, waiting);
    return new Map(
      messages.flatMap(({ messageId, body }): [string, Failure][] => {
        const error = failed.get(messageId);
        return error ? [[messageId, { error, fields: { notification: body.id } }]] : [];
      }),
    );
  }),
);
