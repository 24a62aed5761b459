import { Command } from 'commander';
import type { Context } from '../context.ts';
import { incidentsOf } from '../open-incidents.ts';
import { print, printJson } from '../output.ts';
import { call } from '../service.ts';
import { personText, troubleText } from '../text/incident-text.ts';

/** `warden ack INCIDENT|WORKFLOW` */
export function ackCommand(context: Context): Command {
  return new Command('ack')
    .alias('acknowledge')
    .description('say that you work on an incident, which stops its reminders')
    .argument('<incidents...>', 'ids, or names of workflows: their open incidents')
    .option('-n, --note <text>', 'what others should know')
    .addHelpText('after', examples)
    .action(async (texts: string[], { note }: { note?: string }) => {
      for (const text of texts) {
        for (const { id } of await incidentsOf(context, text)) {
          const incident = await call(context, 'acknowledge-incident', {
            path: { incident: id },
            body: { acknowledged: true, ...(note !== undefined && { note }) },
          });
          if (context.json) {
            printJson(context, incident);
          } else {
            const by = incident.acknowledged ? ` by ${personText(incident.acknowledged)}` : '';
            print(context, `${id} of ${incident.workflow} (${troubleText(incident)}) is acknowledged${by}.`);
          }
        }
      }
    });
}

const examples = `
Examples:
  warden ack orders
  warden ack 0mx0jjmvvj7klpwdh1xc --note "the bank is down, sam is on the phone"
  warden ack orders invoices`;
