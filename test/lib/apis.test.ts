import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { servedRoutes } from '../../core/contract/routes.ts';
import {
  flat,
  list,
  type Resource,
  type Synthesised,
  synthesise,
  synthesiseChanged,
  synthesiseOneApi,
  synthesisePlain,
} from './synth.ts';

const both = synthesisePlain();

/** The page of the console, which has no data, and preflights need no credentials. */
const consoleRoutes = ['GET /console', 'GET /console/{file}'];
/** A badge has two counts, and only of a workflow whose settings show them to everybody. */
const badgeRoutes = ['GET /v1/workflows/{workflow}/badge', 'HEAD /v1/workflows/{workflow}/badge'];
const openRoutes = [...consoleRoutes, ...badgeRoutes];

function routesOf({ stack, resources }: Synthesised, api: string | undefined) {
  const id = flat(stack.resolve(api));
  return Object.values(resources('AWS::ApiGatewayV2::Route'))
    .map(({ Properties }) => Properties)
    .filter(({ ApiId }) => flat(ApiId) === id);
}

const contract = [...servedRoutes.map(({ method, path }) => `${method} ${path}`), '$default'].sort();

describe.each([
  ['IAM', both.warden.iamApi, { AuthorizationType: 'AWS_IAM' }],
  ['token', both.warden.tokenApi, { AuthorizationType: 'CUSTOM', AuthorizerId: expect.anything() }],
])('the %s API', (_, api, authorization) => {
  const all = routesOf(both, api?.api.apiId);
  const found = all.filter(({ RouteKey }) => !openRoutes.includes(RouteKey));

  test('has the routes of the contract', () => {
    expect(found.map(({ RouteKey }) => RouteKey).sort()).toEqual(contract);
  });

  test('has an authorizer on every route, and on unknown paths', () => {
    for (const route of found) expect(route).toMatchObject(authorization);
  });

  test('connects each route to the function of its operation', () => {
    for (const { RouteKey, Target } of found) {
      const operation = servedRoutes.find(({ method, path }) => `${method} ${path}` === RouteKey)?.operation;
      const [, integration] = flat(Target).match(/<(\w+)>/) ?? [];
      const name = both.warden.functions[operation ?? 'answer-unrouted'].functionArn;
      expect(both.resources()[integration ?? '']?.Properties).toMatchObject({
        IntegrationUri: both.stack.resolve(name),
        PayloadFormatVersion: '2.0',
      });
    }
  });
});

test('the authorizer is our function; its answer is cached by the token, for a minute', () => {
  const [authorizer] = Object.values(both.resources('AWS::ApiGatewayV2::Authorizer'));
  expect(authorizer?.Properties).toMatchObject({
    AuthorizerType: 'REQUEST',
    AuthorizerPayloadFormatVersion: '2.0',
    EnableSimpleResponses: true,
    IdentitySource: ['$request.header.Authorization'],
    AuthorizerResultTtlInSeconds: 60,
  });
  const authorize = flat(both.stack.resolve(both.warden.functions.authorize.functionArn));
  expect(flat(authorizer?.Properties.AuthorizerUri)).toContain(authorize);
});

test('stages throttle, and log who called what, but nothing that could be a secret', () => {
  const { resources } = synthesiseChanged();
  const stages = Object.values(resources('AWS::ApiGatewayV2::Stage'));
  expect(stages).toHaveLength(2);
  for (const { Properties } of stages) {
    expect(Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 });
    const { DestinationArn, Format } = Properties.AccessLogSettings;
    expect(Object.keys(resources('AWS::Logs::LogGroup'))).toContain(DestinationArn['Fn::GetAtt'][0]);
    expect(Object.values(JSON.parse(Format))).toContain('$context.requestId');
    expect(Format).not.toMatch(/authorization|header|querystring|\$context\.path|token/i);
  }
});

test('security M5.4: lists, exports and tokens cannot use up the requests of ingest', () => {
  const { resources } = synthesiseOneApi('token');
  const [stage] = Object.values(resources('AWS::ApiGatewayV2::Stage')) as (Resource & {
    DependsOn: string[];
  })[];
  const settings = stage?.Properties.RouteSettings;
  const share = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 5 };
  const limited = servedRoutes.filter(
    ({ operation }) => !['register', 'read', 'progress', 'fail', 'complete', 'batch'].includes(operation),
  );
  const expected = [...limited.map(({ method, path }) => `${method} ${path}`), '$default', ...openRoutes];
  expect(settings).toEqual(Object.fromEntries(expected.map((key) => [key, share])));
  // API Gateway refuses settings of a route that is not there yet.
  const all = Object.keys(resources('AWS::ApiGatewayV2::Route'));
  expect(stage?.DependsOn).toEqual(expect.arrayContaining(all));
});

test.each(['iam', 'token'] as const)('%s alone is one API', (kind) => {
  const one = synthesiseOneApi(kind);
  expect(Object.keys(one.resources('AWS::ApiGatewayV2::Api'))).toHaveLength(1);
  expect([one.warden.iamApi, one.warden.tokenApi].map(Boolean)).toEqual([kind === 'iam', kind === 'token']);
});

describe('CORS', () => {
  test('is off by default', () => {
    for (const { Properties } of Object.values(both.resources('AWS::ApiGatewayV2::Api'))) {
      expect(Properties.CorsConfiguration).toBeUndefined();
    }
  });

  test('allows the given origins, and answers only preflights without credentials', () => {
    const cors = synthesiseChanged();
    for (const { Properties } of Object.values(cors.resources('AWS::ApiGatewayV2::Api'))) {
      expect(Properties.CorsConfiguration).toMatchObject({
        AllowOrigins: ['https://ops.example.com'],
        AllowHeaders: expect.arrayContaining(['authorization', 'content-type', 'if-match']),
      });
    }
    for (const api of [cors.warden.iamApi, cors.warden.tokenApi]) {
      const open = routesOf(cors, api?.api.apiId).filter((route) => route.AuthorizationType === 'NONE');
      const preflights = open.filter(({ RouteKey }) => !openRoutes.includes(RouteKey));
      expect(preflights.map(({ RouteKey }) => RouteKey)).toEqual(['OPTIONS /{proxy+}']);
    }
  });
});

test('the token API serves the console and badges without an authorizer, the console unless it is switched off', () => {
  const keys = (made: Synthesised, api: string | undefined) =>
    routesOf(made, api)
      .filter(({ AuthorizationType }) => AuthorizationType === 'NONE')
      .map(({ RouteKey }) => RouteKey);
  expect(keys(both, both.warden.tokenApi?.api.apiId).sort()).toEqual(openRoutes);
  expect(keys(both, both.warden.iamApi?.api.apiId)).toEqual([]);
  const without = synthesiseChanged();
  const preflights = 'OPTIONS /{proxy+}';
  expect(keys(without, without.warden.tokenApi?.api.apiId).sort()).toEqual([...badgeRoutes, preflights]);
});

describe('grants', () => {
  const { stack, warden, resources } = synthesise({}, (made) => {
    const roleOf = (name: string) =>
      new Role(made, name, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    made.grantRegister(roleOf('Registering'));
    made.grantRegister(roleOf('Ordering'), 'orders');
    made.grantOperate(roleOf('Operating'));
  });

  function granted(name: string) {
    const prefix = flat(stack.resolve(warden.iamApi?.api.apiId));
    const policies = Object.values(resources('AWS::IAM::Policy'));
    expect(policies).toHaveLength(3);
    const [policy] = policies.filter(({ Properties }) => flat(Properties.Roles[0]).includes(name));
    expect(policy?.Properties.Roles).toHaveLength(1);
    const [statement, ...more] = policy?.Properties.PolicyDocument.Statement ?? [];
    expect(more).toEqual([]);
    expect(statement.Action).toBe('execute-api:Invoke');
    const arns = list(statement.Resource).map(flat);
    const own = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:${prefix}/$default/`;
    return arns.map((arn) => (arn.startsWith(own) ? arn.slice(own.length) : arn)).sort();
  }

  test('grantRegister allows the items of all workflows', () => {
    expect(granted('Registering')).toEqual([
      'DELETE/v1/workflows/*/item',
      'DELETE/v1/workflows/*/items/*',
      'PATCH/v1/workflows/*/item',
      'PATCH/v1/workflows/*/items/*',
      'POST/v1/workflows/*/batch',
      'POST/v1/workflows/*/fail',
      'PUT/v1/workflows/*/item',
      'PUT/v1/workflows/*/items/*',
    ]);
  });

  test('or of one workflow', () => {
    expect(granted('Ordering')).toEqual([
      'DELETE/v1/workflows/orders/item',
      'DELETE/v1/workflows/orders/items/*',
      'PATCH/v1/workflows/orders/item',
      'PATCH/v1/workflows/orders/items/*',
      'POST/v1/workflows/orders/batch',
      'POST/v1/workflows/orders/fail',
      'PUT/v1/workflows/orders/item',
      'PUT/v1/workflows/orders/items/*',
    ]);
  });

  test('grantOperate allows everything except tokens', () => {
    const expected = servedRoutes
      .filter(({ path }) => !path.startsWith('/v1/tokens'))
      .map(({ method, path }) => `${method}${path.replaceAll(/\{[^}]+\}/g, '*')}`);
    expect(granted('Operating')).toEqual(expected.sort());
  });

  test.each(['', 'a/b', '*', 'x'.repeat(65)])('the workflow %j is refused', (workflow) => {
    expect(() => both.warden.grantRegister(both.warden.functions.sweep, workflow)).toThrow(
      `workflow must be 1 to 64 of A-Z a-z 0-9 . _ -, received ${JSON.stringify(workflow)}`,
    );
  });

  test('without the IAM API there is nothing to grant', () => {
    const { warden: without } = synthesiseOneApi('token');
    expect(() => without.grantRegister(without.functions.sweep)).toThrow(
      "grantRegister needs the IAM API: apis must include 'iam', received ['token']",
    );
  });
});
