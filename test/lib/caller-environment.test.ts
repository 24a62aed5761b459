import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { expect, test } from 'vitest';
import type { ProcessWardenProps } from '../../lib/props.ts';
import { flat, synthesise } from './synth.ts';

/** An app with a function that gets the environment of callers, and the grant if there is something to grant. */
function withCaller(props: ProcessWardenProps) {
  const synthesised = synthesise(props, (warden) => {
    const caller = new LambdaFunction(warden, 'Caller', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
      environment: warden.environment,
    });
    if (warden.iamApi) warden.grantRegister(caller);
  });
  const { stack, warden, resources } = synthesised;
  const [[, caller] = []] = Object.entries(resources('AWS::Lambda::Function')).filter(([id]) =>
    id.startsWith('ProcessWardenCaller'),
  );
  const variables: Record<string, unknown> = caller?.Properties.Environment.Variables;
  const environment = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, flat(value)]),
  );
  return { environment, url: flat(stack.resolve(warden.url)), warden, stack };
}

test.each<ProcessWardenProps>([{}, { apis: ['iam'] }])(
  'a function of an app with %j reaches the IAM API',
  (props) => {
    const { environment, url, warden, stack } = withCaller(props);
    expect(environment).toEqual({ WARDEN_URL: url, WARDEN_REGION: '<AWS::Region>' });
    expect(url).toBe(flat(stack.resolve(warden.iamApi?.api.apiEndpoint)));
  },
);

test('a warden with the token API alone names this one, and no region to sign for', () => {
  const { environment, url, warden, stack } = withCaller({ apis: ['token'] });
  expect(environment).toEqual({ WARDEN_URL: url });
  expect(url).toBe(flat(stack.resolve(warden.tokenApi?.api.apiEndpoint)));
});
