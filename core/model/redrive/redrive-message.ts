import { createHash } from 'node:crypto';
import type { RedriveMessage } from '../../contract/redrive.ts';
import { type JsonText, jsonText, withMember } from '../../json-text.ts';
import type { ItemRecord } from '../item/item-record.ts';

/** The message that an upstream service receives for an item, as JSON text, with the data exactly as registered (P5). */
export function messageOf(redrive: string, record: ItemRecord, data: JsonText | undefined): JsonText {
  const { workflow, item, attempt, deadline, steps, tags, run } = record;
  const message: Omit<RedriveMessage, 'data'> = {
    id: createHash('sha256')
      .update(JSON.stringify([redrive, item]))
      .digest('base64url')
      .slice(0, 22),
    redrive,
    workflow,
    item,
    attempt,
    deadline,
    steps,
    tags,
    ...(run !== undefined && { run }),
  };
  return data === undefined ? jsonText(message) : withMember(message, 'data', data);
}
