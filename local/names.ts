/**
 * The names of the embedded resources. They are stored in the data folder: under another name the resource would not be
 * found.
 */
export const region = 'us-east-1';
export const account = '000000000000';
export const itemsTable = 'items';
export const registryTable = 'registry';
export const timerGroup = 'process-warden';
export const timerRoleArn = `arn:aws:iam::${account}:role/process-warden-timers`;
export const notificationTopic = 'notifications';
export const itemEventTopic = 'item-events';
export const redriveTopic = 'redrives';
export const timerQueue = 'expired-timers';
export const timerDeadLetterQueue = 'expired-timers-dead';
export const ingestQueue = 'ingest';
export const ingestDeadLetterQueue = 'ingest-dead';
export const terminalQueue = 'terminal';
export const webhookQueuePrefix = 'webhook-';
export const redriveWebhookQueuePrefix = 'redrive-webhook-';

/** Any credentials will do: the embedded servers do not check them. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
