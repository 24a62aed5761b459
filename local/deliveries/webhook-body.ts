/** What is posted to a webhook. */
export interface WebhookBody {
  text: string;
  contentType: string;
}

/** The one place that decides what a webhook receives of a message: the message itself, as it was published. */
export function webhookBody(published: string): WebhookBody {
  return { text: published, contentType: 'application/json' };
}
