import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { expect, test } from 'vitest';
import {
  flat,
  type Properties,
  type Synthesised,
  synthesise,
  synthesiseOneApi,
  synthesisePlain,
} from './synth.ts';

/** The environment of callers as a template has it. */
function environmentOf({ stack, warden }: Synthesised): Record<string, string> {
  const variables: Properties = stack.resolve(warden.environment);
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, flat(value)]));
}

test('a function of an app, which may register, gets the environment of callers', () => {
  const synthesised = synthesise({}, (warden) => {
    const caller = new LambdaFunction(warden, 'Caller', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
      environment: warden.environment,
    });
    warden.grantRegister(caller);
  });
  const [[, caller] = []] = Object.entries(synthesised.resources('AWS::Lambda::Function')).filter(([id]) =>
    id.startsWith('ProcessWardenCaller'),
  );
  const variables: Properties = caller?.Properties.Environment.Variables;
  const given = Object.entries(variables).map(([name, value]) => [name, flat(value)]);
  expect(Object.fromEntries(given)).toEqual(environmentOf(synthesised));
});

test.each([
  ['both APIs', synthesisePlain],
  ['the IAM API alone', () => synthesiseOneApi('iam')],
])('a caller of a warden with %s reaches the IAM API', (_, synthesised) => {
  const { stack, warden } = synthesised();
  const url = flat(stack.resolve(warden.url));
  expect(environmentOf(synthesised())).toEqual({ WARDEN_URL: url, WARDEN_REGION: '<AWS::Region>' });
  expect(url).toBe(flat(stack.resolve(warden.iamApi?.api.apiEndpoint)));
});

test('a warden with the token API alone names this one, and no region to sign for', () => {
  const { stack, warden } = synthesiseOneApi('token');
  const url = flat(stack.resolve(warden.url));
  expect(environmentOf(synthesiseOneApi('token'))).toEqual({ WARDEN_URL: url });
  expect(url).toBe(flat(stack.resolve(warden.tokenApi?.api.apiEndpoint)));
});
