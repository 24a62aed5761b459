import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings } from './settings.ts';
import { ProcessWardenStack } from './stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const settings = readSettings(app.node);
new ProcessWardenStack(app, settings.stackName ?? 'ProcessWarden', { settings });
