import { durationText } from '../../core/contract/duration-text.ts';
import type { ProofRecord } from './record.ts';

/** The page of docs/reliability.md. */
export function pageText({ histories, parts, mutations }: ProofRecord): string {
  return [
    '# Reliability',
    '',
    'How often Process Warden misses an item, raises a false alarm or comes late. Anyone can repeat the run. This page is written',
    'by `npm run prove -- --write` and `npm run prove:mutations -- --write`; do not edit it.',
    '',
    '```sh',
    '# a thousand histories of this seed, and all other parts',
    `npm run prove -- --seed ${histories.seed}`,
    '# the long run',
    `npm run prove -- --seed ${histories.seed} --histories 20000`,
    '# some parts',
    'npm run prove -- --only stops,kills',
    '# is the proof able to find faults?',
    `npm run prove:mutations -- --seed ${mutations?.seed ?? histories.seed}`,
    '```',
    '',
    '`npm run prove` shows the progress and the time left, prints this table, and exits with 1 if a promise was broken. It then',
    'prints the smallest history that breaks the promise, and the command that repeats it.',
    '',
    '## Random histories',
    '',
    `\`npm run prove -- --seed ${histories.seed} --histories ${new Map(histories.rows).get('histories')?.replaceAll(',', '')}\`. ${ran(histories)}`,
    '',
    ...tableOf(['figure', 'value'], histories.rows),
    '',
    'A history is a random course of requests, with repeats in any order:',
    '',
    '- Upstream services register items, with runs, restarts and ages, with a time for the first step, and with times for warnings.',
    '  They report steps, progress, other deadlines and failures, and complete the items. The requests come alone, in batches, and',
    '  as messages to the ingest queue, which can deliver a message twice. Some are sent with a token, also after it was revoked.',
    '- People save, change and read the settings of workflows: warnings, reminders, the times between notifications, receipts,',
    '  expected registrations, and how often a redrive may resume an item by itself. They remove workflows, which are used again.',
    '- People silence workflows and acknowledge incidents. They start redrives and stop them, and discard items.',
    '- Callers walk through lists and exports page after page, reconcile their items, and read statistics, metrics and the audit',
    '  log.',
    '',
    'Meanwhile:',
    '',
    '- a function stops before or after any of its calls to AWS, stands still for up to 20 s, or loses a reply; a call fails for',
    '  good; SNS refuses single messages of a batch; pages end early; an index is up to 5 s behind;',
    '- timers fire early, late, twice or never, and messages are delivered again;',
    '- the clocks of functions differ by up to 5 s from the real time;',
    '- all functions are away for minutes, a record cannot be read, or many workflows have overdue items at the same time.',
    '',
    'The functions are those that are deployed. The AWS that they call is in memory, and a suite of tests holds it equal to the',
    'servers of `npm start` and, for DynamoDB, to DynamoDB Local ([ADR 41](adr/0041-aws-in-memory.md)). Time is virtual. A model of',
    'the promises ([ADR 42](adr/0042-proof.md)) sees what can be seen from outside: requests, replies, the messages that SNS',
    'accepted, log lines, and which attributes are left in the table. It says which items had to be noticed by when and which must',
    'not be, which data must be there, and how many notifications, warnings and reminders people may and must get. A redrive may',
    'not resume an item too often, a list may not leave an item out, and statistics may not count what did not happen. Every change',
    'that a reply proves must stand in the audit log, with an entry of its own if it cannot be a repeat. Each entry of a caller must',
    'be of a request of its time, and may name no setting that the request cannot have changed.',
    '',
    'In one of twenty histories no call fails and no process ends early. There, the statistics must be exact.',
    '',
    'Detection delays are from the deadline until machines are told. The long ones are of items whose timer was made not to fire,',
    'which the sweep looks for two minutes after their deadline, and of items that became due while all functions were away.',
    '',
    ...(parts.length > 0
      ? [
          '## Other parts of the same command',
          '',
          ...tableOf(
            ['part', 'result', 'commit'],
            parts.map(({ name, result, commit, seed }) => [name, result, `${commit}, seed ${seed}`] as const),
          ),
          '',
        ]
      : []),
    ...(mutations ? mutationText(mutations) : []),
  ].join('\n');
}

function ran({ commit, seed, machine, seconds }: ProofRecord['histories']): string {
  return `Commit ${commit}, seed ${seed}, on ${machine}, in ${durationText(seconds * 1_000)}.`;
}

function mutationText(mutations: NonNullable<ProofRecord['mutations']>): string[] {
  const caught = mutations.rows.filter(({ history }) => history !== undefined).length;
  return [
    '## Mutations',
    '',
    'Would the model notice a fault? Each mutation is a small fault that a person could make. With it, random histories must break',
    `a promise. ${caught} of ${mutations.rows.length} mutations were noticed within ${mutations.histories} histories.`,
    '',
    ran({ ...mutations, rows: [] }),
    '',
    ...tableOf(
      ['mutation', 'noticed by history', 'what the model says'],
      mutations.rows.map(({ name, history, broken }) => [name, history?.toString() ?? 'none', broken ?? '']),
    ),
    '',
  ];
}

function tableOf(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}
