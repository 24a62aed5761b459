import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ProcessWarden } from 'process-warden';

/** An upload service with a warden of its own. Its function may register items. */
const app = new App();
const stack = new Stack(app, 'Uploads');

const warden = new ProcessWarden(stack, 'Warden', { apis: ['iam'] });

const upload = new LambdaFunction(stack, 'Upload', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => {};'),
  environment: warden.environment,
});
warden.grantRegister(upload);
new CfnOutput(stack, 'NotificationTopic', { value: warden.notificationTopic.topicArn });
app.synth();
