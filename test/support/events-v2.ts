import { Ajv } from 'ajv';
import formats from 'ajv-formats';

const text = { type: 'string', minLength: 1 };
const url = { type: 'string', format: 'uri' };

/**
 * PagerDuty's own description of an event of the Events API v2: reference/events-v2/openapiv3.json of
 * PagerDuty/api-schema, with the lengths of docs/events-API-v2/02-Trigger-Events.md of PagerDuty/developer-docs.
 */
const event = {
  type: 'object',
  required: ['routing_key', 'event_action'],
  properties: {
    routing_key: { type: 'string', minLength: 32, maxLength: 32 },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: { type: 'string', maxLength: 255 },
    client: { type: 'string' },
    client_url: url,
    links: {
      type: 'array',
      items: { type: 'object', required: ['href'], properties: { href: url, text: { type: 'string' } } },
    },
    payload: {
      type: 'object',
      required: ['summary', 'severity', 'source'],
      properties: {
        summary: { ...text, maxLength: 1024 },
        timestamp: { type: 'string', format: 'date-time' },
        severity: { enum: ['critical', 'warning', 'error', 'info'] },
        source: text,
        component: { type: 'string' },
        group: { type: 'string' },
        class: { type: 'string' },
        custom_details: { type: 'object' },
      },
    },
  },
  // An alert needs a payload; the other two say which alert they are about.
  if: { properties: { event_action: { const: 'trigger' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['payload'] },
  else: { required: ['dedup_key'] },
};

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const validate = ajv.compile(event);

/** Why PagerDuty would answer 400 to an event; undefined if it would not. */
export function documentedFault(candidate: unknown): string | undefined {
  return validate(candidate) ? undefined : ajv.errorsText(validate.errors);
}
