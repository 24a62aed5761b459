import { itemOfHelp, sentencesOfHelp } from './help-text.ts';

/*
 * What `warden --help` prints. It is a table of its own, because a start that declares 40 commands to commander takes twice as
 * long as one that prints this.
 */

/** Every command, with its first alias, by the heading that it is under. */
export const commandTable = {
  'Report work:': {
    run: 'run a command and watch it: people are notified if it fails or does not end in time',
    register: 'watch an item until it is completed',
    complete: 'report that the work on an item is done',
    step: 'report the step that the work has reached, or its progress',
    extend: 'set a new deadline, this long from now',
    fail: 'report that the work on an item failed; without --reason, the reason is read from standard input',
    flush: 'send the reports that `warden run` kept because the warden could not be reached',
  },
  'See what is lost:': {
    workflows: 'list workflows: how many items they have, and their incidents and silences',
    'incidents|incident': 'list open incidents, or show one with its timeline',
    'show|get': 'show an item with its steps and data, a workflow, or an incident by its id',
    'list|items': 'list the open items of a workflow, or the items that match the filters',
    export: 'print whole items with their data as JSON lines, in the order of registration',
    reconcile:
      'compare the ids in your records with the warden: which are unknown, lost or completed; exits with 6 if an id is unknown, overdue, failed or unreadable',
    'watch|top': 'show workflows and open incidents, refreshed every few seconds, until Ctrl-C',
    tail: 'print what happens to incidents as it happens, until Ctrl-C',
    console: 'serve the console on this machine, for you alone, until Ctrl-C',
  },
  'Handle an incident:': {
    'ack|acknowledge': 'say that you work on an incident, which stops its reminders',
    'silence|mute': 'send no notifications of a workflow for a time; without a time, show its silence',
    'redrive|resume': 'resume overdue and failed items: send them with their data to the upstream service',
    discard: 'remove overdue and failed items with their data for good, without completing them',
  },
  'Run the warden:': {
    doctor:
      'check that the warden can be reached, notices lost items and notifies people; exits with 6 if not',
    drill: 'lose an item on purpose, and measure how long it takes until people are notified of it',
    'settings|config': 'show the settings of a workflow, or change some of them',
    'tokens|token': 'list, create and revoke the tokens of callers; needs the scope admin',
    audit: 'list who did what to settings, tokens, silences, incidents, redrives and discards',
    completions: 'print a script with which a shell completes commands and options',
    start: 'run the service on this machine; `warden start --help` lists its flags',
  },
} as const;

type Table = typeof commandTable;
/** A key of the table, such as `list|items`. */
export type CommandTerm = { [Heading in keyof Table]: keyof Table[Heading] }[keyof Table];

export const programDescription = 'Watches work that must not be lost; shows lost work and resumes it.';

/** The options that every command takes. */
export const globalOptionTable = {
  '--url <url>': 'address of the warden (WARDEN_URL)',
  '--token-file <file>': 'file that holds the token (or WARDEN_TOKEN)',
  '--profile <name>': 'profile of the configuration file to use (WARDEN_PROFILE)',
  '--json': 'print JSON and nothing else on standard output',
  '--no-color': 'print without colours (NO_COLOR)',
} as const;

const options = {
  '-V, --version': 'print the version',
  ...globalOptionTable,
  '-h, --help': 'print this, or the help of a command',
};

/** A command of commander's own. */
const help = { 'help [command]': 'print this, or the help of a command' };

/** The help of `warden` itself, as wide as the terminal. */
export function overviewText(width: number | undefined): string {
  const lists = { 'Options:': options, ...commandTable, 'Help:': help };
  const longest = Math.max(
    ...Object.values(lists).flatMap((list) => Object.keys(list).map(({ length }) => length)),
  );
  const sections = Object.entries(lists).map(([heading, list]) => {
    const items = Object.entries(list).map(([term, text]) => itemOfHelp(term, longest, text, width));
    return [heading, ...items, ''].join('\n');
  });
  return [
    'Usage: warden [options] [command]\n',
    `${sentencesOfHelp(programDescription, width)}\n`,
    ...sections,
    `${sentencesOfHelp('`warden list --help` shows the options of a command, and examples.', width)}\n`,
  ].join('\n');
}
