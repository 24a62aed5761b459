import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { examples, notes } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { ConsoleOptions } from '../options/console.ts';

/** `warden console` */
export function consoleCommand(context: Context): Command {
  return new LazyCommand('console')
    .option('--iam', 'sign requests with your AWS credentials instead of sending a token')
    .option(
      '--region <name>',
      'region of the API, for --iam; by default the one in the address, or else AWS_REGION',
    )
    .option('--open', 'open it in the browser, too')
    .addHelpText(
      'after',
      examples(
        'warden console',
        'warden console --profile production --open',
        'warden console --iam --url https://a1b2.execute-api.eu-west-1.amazonaws.com',
      ),
    )
    .addHelpText(
      'after',
      notes(
        context,
        'Prints the address of a page on 127.0.0.1. Whoever has this address acts as you, so it is new each time and works until Ctrl-C. The browser never has your token or your AWS credentials. --iam takes credentials from the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or else from the AWS CLI, with AWS_PROFILE and single sign-on.',
      ),
    )
    .action(async (options: ConsoleOptions) => {
      const { console } = await import('../actions/console.ts');
      await console(context, options);
    });
}
