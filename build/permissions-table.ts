import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { builtBundles } from '../lib/bundles.ts';
import { functionNames } from '../lib/function-names.ts';
import { ProcessWarden } from '../lib/process-warden.ts';

/*
 * Writes the table in docs/security.md: what the role of each function may do, according to the synthesised template.
 * Run: npm run build && npm run permissions
 */

const file = join(import.meta.dirname, '../docs/security.md');
const begin = '<!-- permissions: npm run permissions -->\n';
const end = '<!-- end of permissions -->\n';

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

/** The table as Markdown, for a stack whose functions have their bundles in this folder. */
export function permissionsTable(bundles: string): string {
  const stack = new Stack(
    // The template rules take five seconds; test/lib/stack.test.ts checks them.
    new App({ builtinCloudFormationValidation: false }),
    'Table',
  );
  const warden = new ProcessWarden(stack, 'ProcessWarden', { bundles, ingest: true });
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> };
  const functions = { ...warden.functions, ingest: warden.ingestFunction };
  const names = [...functionNames, 'ingest' as const].sort();
  const rows = names.map((name) => {
    const roleArn = stack.resolve(functions[name]?.role?.roleArn) as { 'Fn::GetAtt': [string, string] };
    const lines = statementsOf(Resources, roleArn['Fn::GetAtt'][0]).flatMap(
      ({ Action, Resource, Condition }) =>
        [Resource].flat().map((resource) => {
          const actions = [Action].flat().sort().join(', ');
          return `${actions} on ${shortName(resource)}${narrowedBy(Condition)}`;
        }),
    );
    return `| \`${name}\` | ${lines.sort().join('<br>')} |`;
  });
  return ['| function | may do |', '|---|---|', ...rows, ''].join('\n');
}

interface Resource {
  Type: string;
  Properties: { Policies?: { PolicyDocument: { Statement: Statement[] } }[]; Roles?: { Ref: string }[] } & {
    PolicyDocument?: { Statement: Statement[] };
  };
}

function statementsOf(resources: Record<string, Resource>, role: string): Statement[] {
  const inline =
    resources[role]?.Properties.Policies?.flatMap(({ PolicyDocument }) => PolicyDocument.Statement) ?? [];
  const attached = Object.values(resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::IAM::Policy' && Properties.Roles?.some(({ Ref }) => Ref === role),
  );
  return [...inline, ...attached.flatMap(({ Properties }) => Properties.PolicyDocument?.Statement ?? [])];
}

/** The restriction that a condition adds to a resource: for a table, the kinds of records. */
function narrowedBy(condition: Statement['Condition']): string {
  const kinds = condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
  if (kinds !== undefined) return ` of kind \`${[kinds].flat().join('`, `')}\``;
  return condition ? ' (with conditions)' : '';
}

/** The logical id behind an ARN, without the hash that CDK adds. */
function shortName(resource: unknown): string {
  const text = JSON.stringify(resource);
  const ids = [...text.matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(?!AWS::)(\w+?)(?:[0-9A-F]{8})?"/g)].map(
    ([, id]) => id,
  );
  const suffix = /"(\/[^"]+)"/.exec(text)?.[1] ?? '';
  return `\`${(ids.join(' ') || text).replace(/^ProcessWarden/, '')}${suffix}\``;
}

/** docs/security.md with the given table. */
export function withTable(document: string, table: string): string {
  const [before = '', rest = ''] = document.split(begin);
  return `${before}${begin}${table}${end}${rest.split(end)[1] ?? ''}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(file, withTable(readFileSync(file, 'utf8'), permissionsTable(builtBundles())));
}
