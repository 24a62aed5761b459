/** The names of the embedded resources. They are in the data folder: another name would lose the resource. */
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
export const terminalQueue = 'terminal';
export const webhookQueuePrefix = 'webhook-';
export const redriveWebhookQueuePrefix = 'redrive-webhook-';

/** Any will do: nothing embedded checks them. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
