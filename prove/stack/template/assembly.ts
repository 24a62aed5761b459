import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../command.ts';
import { suitPolicies } from './differences.ts';
import { takeOut } from './left-out.ts';
import type { Template } from './template.ts';

export const stackName = 'ProcessWarden';

/** The output of `cdk synth`, adapted to MiniStack. */
export interface Assembly {
  folder: string;
  /** The resources that are deployed, by logical id. */
  resources: Template['Resources'];
  /** The resources that MiniStack cannot create. */
  takenOut: Template['Resources'];
  /** The changes in policies, and the number of changed statements. */
  changed: { what: string; statements: number }[];
  remove: () => void;
}

/** The default settings, with the receiver of notifications that needs no service outside AWS. */
const settings = { chat: true };

/** The roles of the bootstrap stack. MiniStack refuses them their own bucket, so the account's root publishes and deploys. */
const bootstrapRoles = [
  'assumeRoleArn',
  'assumeRoleExternalId',
  'cloudFormationExecutionRoleArn',
  'lookupRole',
];

/** Builds the functions and synthesises the stack of bin/, as `npx cdk deploy` does. */
export async function synthesise(): Promise<Assembly> {
  const folder = mkdtempSync(join(tmpdir(), 'warden-assembly-'));
  const context = `process-warden=${JSON.stringify(settings)}`;
  // Without version reporting, which adds a resource of the CDK's own.
  const options = ['--quiet', '--no-version-reporting', '--context', context];
  await cdk(['synth', '--output', folder, ...options]);
  for (const file of ['manifest.json', `${stackName}.assets.json`]) {
    change(join(folder, file), withoutRoles);
  }
  const templateFile = join(folder, `${stackName}.template.json`);
  const template: Template = JSON.parse(readFileSync(templateFile, 'utf8'));
  const takenOut = takeOut(template);
  const changed = suitPolicies(template);
  writeFileSync(templateFile, JSON.stringify(template));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { folder, resources: template.Resources, takenOut, changed, remove };
}

function change(file: string, by: (name: string, value: unknown) => unknown): void {
  writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, 'utf8'), by)));
}

function withoutRoles(name: string, value: unknown): unknown {
  return bootstrapRoles.includes(name) ? undefined : value;
}
