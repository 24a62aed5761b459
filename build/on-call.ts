import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onCallTranscript } from '../test/support/on-call.ts';

/** Where the transcript is. */
export const onCallFile = join(import.meta.dirname, '../docs/on-call.md');

/** The page that `npm run on-call` writes. */
export async function onCallPage(): Promise<string> {
  const intro = [
    '# A storm, from the first notification to the end',
    '',
    'What a person on call types when 88 orders and 35 invoices are lost: 12 commands, and nothing to look up, because each',
    'of them prints the commands that come next. `npm run on-call` plays this against the service and writes the page; only the',
    'lines between the commands are written by hand. [When an alert comes](when-an-alert-comes.md) has the steps for any incident.',
    '',
    '',
  ].join('\n');
  return intro + (await onCallTranscript());
}

if (import.meta.main) writeFileSync(onCallFile, await onCallPage());
