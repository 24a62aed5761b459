import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, App, type AppProps, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { forwarder, functionNames } from '../../lib/function-names.ts';
import { type ApiKind, ProcessWarden, type ProcessWardenProps } from '../../lib/process-warden.ts';

export const root = join(import.meta.dirname, '../..');

/** The context of cdk.json, so that tests see the same as a deployment. */
export const context: Record<string, unknown> = JSON.parse(
  readFileSync(join(root, 'cdk.json'), 'utf8'),
).context;

/** A folder with an empty function for each name: the stack does not read bundles. */
export function emptyBundles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'warden-bundles-'));
  for (const name of [...functionNames, 'ingest', forwarder]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), 'export const handler = () => {};\n');
    writeFileSync(join(folder, name, 'index.mjs.map'), '{}');
  }
  process.once('exit', () => rmSync(folder, { recursive: true }));
  return folder;
}

export const bundles = emptyBundles();

// biome-ignore lint/suspicious/noExplicitAny: properties of a template are what tests are about to find out
export type Properties = Record<string, any>;

export interface Resource {
  Type: string;
  Properties: Properties;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export interface Synthesised {
  stack: Stack;
  warden: ProcessWarden;
  /** Created when it is first read: not every test reads it. */
  template(): Template;
  /** Resources of a type by logical id; of all types without one. */
  resources(type?: string): Record<string, Resource>;
}

/**
 * For an app of which a test reads the template alone: what CDK writes beside it takes a third of a synthesis. The
 * template rules take longer than everything else; test/lib/stack.test.ts checks them.
 */
export const onlyTemplate: AppProps = {
  builtinCloudFormationValidation: false,
  treeMetadata: false,
  analyticsReporting: false,
};

/** What is synthesised once for all test files of a process, none of which may change it. */
const shared = new Map<string, Synthesised>();

function once(name: string, synthesiseIt: () => Synthesised): Synthesised {
  const known = shared.get(name) ?? synthesiseIt();
  shared.set(name, known);
  return known;
}

/** The template without any properties. */
export const synthesisePlain = () => once('plain', () => synthesise());

/** The template with one API, whose limits are not round. */
export const synthesiseOneApi = (kind: ApiKind) =>
  once(kind, () => synthesise({ apis: [kind], throttling: { rateLimit: 1_000, burstLimit: 55 } }));

/** Properties other than their defaults, of which each changes something that the others leave as it is. */
export const changed = {
  console: false,
  throttling: { rateLimit: 7, burstLimit: 9 },
  corsOrigins: ['https://ops.example.com'],
  sweepInterval: Duration.minutes(2),
  checkTimersConcurrency: 900,
  reservedConcurrency: { 'check-timers': 901, sweep: 2, register: 7 },
  logRetention: RetentionDays.TWO_WEEKS,
  removalPolicy: RemovalPolicy.DESTROY,
  xray: true,
};
export const pagerArn = 'arn:aws:sns:eu-central-1:123456789012:pager';

/** The template with all of these, and with an alarm topic of the app. */
export const synthesiseChanged = () =>
  once('changed', () =>
    synthesise((scope) => ({ ...changed, alarmTopic: Topic.fromTopicArn(scope, 'Pager', pagerArn) })),
  );

/** Process Warden in a stack of an app. */
export function synthesise(
  props: ProcessWardenProps | ((stack: Stack) => ProcessWardenProps) = {},
  before: (warden: ProcessWarden) => void = () => {},
  { areWarningsKept = false } = {},
): Synthesised {
  const app = new App({ ...onlyTemplate, context });
  const stack = new Stack(app, 'App');
  const given = typeof props === 'function' ? props(stack) : props;
  const warden = new ProcessWarden(stack, 'ProcessWarden', { bundles, ...given });
  before(warden);
  // Else every template of the tests would say so on the terminal.
  for (const topic of areWarningsKept ? [] : ['notificationTopic', 'alarmTopic']) {
    Annotations.of(stack).acknowledgeWarning(`process-warden:${topic}WithoutSubscription`);
  }
  let read: Template | undefined;
  const template = () => {
    read ??= Template.fromStack(stack);
    return read;
  };
  return { stack, warden, template, resources: (type) => resourcesOf(template(), type) };
}

export function resourcesOf(template: Template, type?: string): Record<string, Resource> {
  const all: [string, Resource][] = Object.entries(template.toJSON().Resources);
  return Object.fromEntries(all.filter(([, resource]) => type === undefined || resource.Type === type));
}

/** A reference as text, such as <Table.Arn>. */
export function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Properties;
  if (ref !== undefined) return `<${ref}>`;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  if (join !== undefined) return join[1].map(flat).join(join[0]);
  return JSON.stringify(value);
}

export function list<Value>(value: Value | Value[] | undefined): Value[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
