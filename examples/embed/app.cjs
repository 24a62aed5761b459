const { App, Stack } = require('aws-cdk-lib');
const { ProcessWarden } = require('process-warden');

const app = new App();
const stack = new Stack(app, 'Uploads');
new ProcessWarden(stack, 'Warden', {});
app.synth();
