import { App, Stack } from 'aws-cdk-lib';
import { EventField, Rule } from 'aws-cdk-lib/aws-events';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ProcessWarden } from 'process-warden';

/*
 * Every file in a bucket must be archived within 15 minutes. No program calls the warden: the event of the bucket
 * registers the file, and the last event of the pipeline completes it.
 */
const app = new App();
const stack = new Stack(app, 'Scans');
const warden = new ProcessWarden(stack, 'Warden', { ingest: true });
const bucket = new Bucket(stack, 'Uploads', { eventBridgeEnabled: true, enforceSSL: true });
const workflow = 'scans';
const key = EventField.fromPath('$.detail.object.key');

new Rule(stack, 'Uploaded', {
  eventPattern: {
    source: ['aws.s3'],
    detailType: ['Object Created'],
    detail: { bucket: { name: [bucket.bucketName] } },
  },
  targets: [
    warden.ingestTarget({
      workflow,
      op: 'register',
      item: key,
      timeout: '15m',
      // An event that is delivered twice has the same id. A file that is uploaded again has another, and is watched anew.
      run: EventField.eventId,
      restart: true,
      data: { bucket: EventField.fromPath('$.detail.bucket.name'), key },
    }),
  ],
});

/** An event that the pipeline sends anyway. */
const ofPipeline = (detailType: string) => ({ source: ['scans.pipeline'], detailType: [detailType] });

new Rule(stack, 'Archived', {
  eventPattern: ofPipeline('Scan Archived'),
  targets: [warden.ingestTarget({ workflow, op: 'complete', item: EventField.fromPath('$.detail.key') })],
});

new Rule(stack, 'Refused', {
  eventPattern: ofPipeline('Scan Refused'),
  targets: [
    warden.ingestTarget({
      workflow,
      op: 'progress',
      item: EventField.fromPath('$.detail.key'),
      failed: { reason: EventField.fromPath('$.detail.reason') },
    }),
  ],
});
