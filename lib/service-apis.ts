import { Duration } from 'aws-cdk-lib';
import {
  HttpIamAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { authorizerCachedMs } from '../core/names/clockwork.ts';
import type { FunctionName } from './function-names.ts';
import type { ApiKind } from './props.ts';
import { ServiceApi, type ServiceApiProps } from './service-api.ts';

interface ServiceApisProps extends Omit<ServiceApiProps, 'authorizer' | 'description'> {
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  /** Serve the console at the API for tokens. */
  readonly console: boolean;
}

/** The APIs of these kinds. Their construct ids are part of the contract of ProcessWarden. */
export function createApis(
  scope: Construct,
  kinds: readonly ApiKind[],
  { console, ...props }: ServiceApisProps,
): { iamApi?: ServiceApi; tokenApi?: ServiceApi } {
  return {
    ...(kinds.includes('iam') && {
      iamApi: new ServiceApi(scope, 'IamApi', {
        ...props,
        description: 'Process Warden for callers with IAM credentials',
        authorizer: new HttpIamAuthorizer(),
      }),
    }),
    ...(kinds.includes('token') && {
      tokenApi: new ServiceApi(scope, 'TokenApi', {
        ...props,
        description: 'Process Warden for callers with a bearer token',
        console,
        badges: true,
        authorizer: new HttpLambdaAuthorizer('Authorizer', props.functions.authorize, {
          responseTypes: [HttpLambdaResponseType.SIMPLE],
          identitySource: ['$request.header.Authorization'],
          resultsCacheTtl: Duration.millis(authorizerCachedMs),
        }),
      }),
    }),
  };
}
