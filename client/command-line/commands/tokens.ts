import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { collect } from '../filter-options.ts';
import { examples } from '../help.ts';
import { LazyCommand } from '../lazy-command.ts';
import type { CreateOptions, RevokeOptions } from '../options/tokens.ts';

/** `warden tokens list|create|revoke` */
export function tokensCommand(context: Context): Command {
  const command = new LazyCommand('tokens')
    .alias('token')
    .addHelpText(
      'after',
      examples(
        'warden tokens',
        'warden tokens create "upload service" --scope ingest -w uploads > token',
        'warden tokens create ada --scope read,operate -w "orders*" --expires-in 90d',
        'warden tokens revoke "upload service"',
      ),
    )
    .action(async () => {
      const { listTokens } = await import('../actions/tokens.ts');
      await listTokens(context, {});
    });
  return command
    .addCommand(
      new LazyCommand('list')
        .description('list tokens, without their secrets')
        .option('--all', 'also expired and revoked tokens')
        .action(async (options: { all?: true }) => {
          const { listTokens } = await import('../actions/tokens.ts');
          await listTokens(context, options);
        }),
    )
    .addCommand(
      new LazyCommand('create')
        .description('create a token, which is printed once and never again')
        .argument('<name>', 'what it is for')
        .option('--scope <scopes>', 'what it allows: ingest, read, operate, admin', collect)
        .option(
          '-w, --workflow <name>',
          'on which workflows: names or prefixes with *; all by default',
          collect,
        )
        .option(
          '--expires-in <duration>',
          'how long it is valid, such as 90d; by default until it is revoked',
        )
        .action(async (name: string, options: CreateOptions) => {
          const { createToken } = await import('../actions/tokens.ts');
          await createToken(context, name, options);
        }),
    )
    .addCommand(
      new LazyCommand('revoke')
        .description('revoke a token: calls with it are refused')
        .argument('<token>', 'its id or its name')
        .option('--descendants', 'also the tokens that it created, the tokens that these created, and so on')
        .option('-y, --yes', 'do not ask first')
        .action(async (idOrName: string, options: RevokeOptions) => {
          const { revokeToken } = await import('../actions/tokens.ts');
          await revokeToken(context, idOrName, options);
        }),
    );
}
