import { account, region } from '../ministack/account.ts';
import { actionsOf, conditionKeysOf, type Statement, statementsOf, type Template } from './template.ts';

/** A way in which MiniStack evaluates IAM policies differently from AWS, and how a statement is changed to suit it. */
interface Difference {
  what: string;
  isMet: (statement: Statement) => boolean;
  suit: (statement: Statement) => void;
}

const unknownKeys = ['dynamodb:LeadingKeys', 'iam:PassedToService'];
const secureTransport = 'aws:SecureTransport';

/** ADR 44 has them with their consequences. Each is needed: the run fails if the template has no statement for one. */
const differences: readonly Difference[] = [
  {
    what: `MiniStack has no value for the condition keys ${unknownKeys.join(' and ')}`,
    isMet: (statement) => conditionKeysOf(statement).some((key) => unknownKeys.includes(key)),
    suit: (statement) => {
      delete statement.Condition;
    },
  },
  {
    what: 'MiniStack takes the group "default" for that of every schedule',
    isMet: (statement) => actionsOf(statement).some((action) => /^scheduler:\w+Schedule$/.test(action)),
    suit: (statement) => {
      statement.Resource = `arn:aws:scheduler:${region}:${account}:schedule/default/*`;
    },
  },
  {
    what: `to MiniStack no request is encrypted: ${secureTransport} is always false`,
    isMet: (statement) => statement.Effect === 'Deny' && conditionKeysOf(statement).includes(secureTransport),
    suit: (statement) => {
      statement.Condition = { Bool: { [secureTransport]: 'never' } };
    },
  },
  {
    what: 'MiniStack asks for sns:PublishBatch, which is no action of IAM; on AWS sns:Publish allows it',
    isMet: (statement) => statement.Effect === 'Allow' && actionsOf(statement).includes('sns:Publish'),
    suit: (statement) => {
      statement.Action = [...actionsOf(statement), 'sns:PublishBatch'];
    },
  },
];

/** Changes the policies of the template to suit MiniStack. Returns each difference with the statements changed for it. */
export function suitPolicies(template: Template): { what: string; statements: number }[] {
  const statements = statementsOf(template);
  return differences.map(({ what, isMet, suit }) => {
    const met = statements.filter(isMet);
    if (met.length === 0) throw new Error(`no statement is concerned any more: ${what}`);
    for (const statement of met) suit(statement);
    return { what, statements: met.length };
  });
}
