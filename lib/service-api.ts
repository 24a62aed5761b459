import type { RemovalPolicy } from 'aws-cdk-lib';
import { Stack, Token } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { badgePath, type routes, servedRoutes } from '../core/contract/routes.ts';
import { acknowledge } from './acknowledge.ts';
import type { FunctionName } from './function-names.ts';
import { PathIntegration } from './path-integration.ts';
import type { Throttling } from './props.ts';

export type Operation = (typeof routes)[number]['operation'];

export interface ServiceApiProps {
  readonly description: string;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  readonly authorizer: IHttpRouteAuthorizer;
  readonly corsOrigins: readonly string[];
  readonly throttling: Throttling;
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** Serve the console, a page without data that asks for a token. */
  readonly console?: boolean;
  /** Serve the badges of workflows that have the setting, to everybody. */
  readonly badges?: boolean;
}

/** The operations of a running workflow: they may use the whole limit of the API. */
const fullShare: readonly Operation[] = ['register', 'read', 'progress', 'fail', 'complete', 'batch'];

const consolePaths = ['/console', '/console/{file}'];
const badgeMethods = [HttpMethod.GET, HttpMethod.HEAD];

/** An HTTP API with every route of the contract behind one authorizer. */
export class ServiceApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, props: ServiceApiProps) {
    super(scope, id);
    const { functions, authorizer, corsOrigins, logRetention, removalPolicy } = props;
    this.api = new HttpApi(this, 'Api', {
      description: props.description,
      createDefaultStage: false,
      defaultAuthorizer: authorizer,
      ...(corsOrigins.length > 0 && { corsPreflight: corsOf(corsOrigins) }),
    });
    this.accessLog = new LogGroup(this, 'AccessLog', { retention: logRetention, removalPolicy });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: props.throttling,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(accessLogFormat),
      },
    });
    const allRoutes: HttpRoute[] = [];
    const integrations = new Map<Operation, PathIntegration>();
    for (const { method, path, operation } of servedRoutes) {
      // One integration for both forms of an item's path.
      const integration = integrations.get(operation) ?? new PathIntegration(operation, functions[operation]);
      integrations.set(operation, integration);
      allRoutes.push(...this.api.addRoutes({ path, methods: [HttpMethod[method]], integration }));
    }
    const unrouted = new PathIntegration('answer-unrouted', functions['answer-unrouted']);
    allRoutes.push(
      new HttpRoute(this, 'Unrouted', {
        httpApi: this.api,
        routeKey: HttpRouteKey.DEFAULT,
        integration: unrouted,
        authorizer,
      }),
    );
    if (props.console) allRoutes.push(...this.#openConsole(functions.console));
    if (props.badges) allRoutes.push(...this.#openBadges(functions.badge));
    this.#keepShares(props, allRoutes);
    if (corsOrigins.length > 0) this.#openPreflight(unrouted);
  }

  /** The ARNs of the routes of these operations, for a caller's policy; of one workflow if given. */
  arnsOf(operations: readonly Operation[], workflow = '*'): string[] {
    return servedRoutes
      .filter(({ operation }) => operations.includes(operation))
      .map(({ method, path }) => {
        const resource = path.replace('{workflow}', workflow).replaceAll(/\{\w+\+?\}/g, '*');
        return Stack.of(this).formatArn({
          service: 'execute-api',
          resource: this.api.apiId,
          resourceName: `$default/${method}${resource}`,
        });
      });
  }

  /**
   * Limits every route to a tenth of the requests, except the routes of a running workflow, so that no other route can
   * use up the requests of these.
   */
  #keepShares(
    { throttling: { rateLimit, burstLimit }, console, badges }: ServiceApiProps,
    allRoutes: readonly HttpRoute[],
  ): void {
    if (Token.isUnresolved(rateLimit) || Token.isUnresolved(burstLimit)) return;
    const others = servedRoutes.filter(({ operation }) => !fullShare.includes(operation));
    const keys = [...others.map(({ method, path }) => `${method} ${path}`), '$default'];
    if (console) keys.push(...consolePaths.map((path) => `GET ${path}`));
    if (badges) keys.push(...badgeMethods.map((method) => `${method} ${badgePath}`));
    const share = {
      ThrottlingRateLimit: shareOf(rateLimit),
      ThrottlingBurstLimit: shareOf(burstLimit),
    };
    const stage = this.stage.node.defaultChild as CfnStage;
    stage.routeSettings = Object.fromEntries(keys.map((key) => [key, share]));
    // API Gateway refuses settings for a route that does not exist yet.
    this.stage.node.addDependency(...allRoutes);
  }

  /** The page has no data, and a browser sends no token for a page. */
  #openConsole(page: IFunction): HttpRoute[] {
    const integration = new PathIntegration('console', page);
    return consolePaths.map((path, index) => {
      const route = new HttpRoute(this, `Console${index}`, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(path, HttpMethod.GET),
        integration,
        authorizer: new HttpNoneAuthorizer(),
      });
      acknowledge(
        route,
        'AwsSolutions-APIG4',
        'The page of the console has no data, and asks for a token itself.',
      );
      return route;
    });
  }

  /** A badge is shown on pages whose readers have no token. */
  #openBadges(badge: IFunction): HttpRoute[] {
    const integration = new PathIntegration('badge', badge);
    return badgeMethods.map((method) => {
      const route = new HttpRoute(this, `Badge${method}`, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(badgePath, method),
        integration,
        authorizer: new HttpNoneAuthorizer(),
      });
      acknowledge(
        route,
        'AwsSolutions-APIG4',
        'A badge has two counts, of a workflow whose settings say that everybody may see them.',
      );
      return route;
    });
  }

  /** Browsers send preflights without credentials, and $default would demand credentials. */
  #openPreflight(integration: PathIntegration): void {
    const preflight = new HttpRoute(this, 'Preflight', {
      httpApi: this.api,
      routeKey: HttpRouteKey.with('/{proxy+}', HttpMethod.OPTIONS),
      integration,
      authorizer: new HttpNoneAuthorizer(),
    });
    acknowledge(
      preflight,
      'AwsSolutions-APIG4',
      'A CORS preflight carries no credentials, and reaches no data.',
    );
  }
}

/**
 * No header and no query, which can contain tokens; no path, which callers choose. The function logs the item under
 * the same request id.
 */
const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  sourceIp: '$context.identity.sourceIp',
  caller: '$context.identity.userArn',
  latencyMs: '$context.responseLatency',
  functionLatencyMs: '$context.integrationLatency',
  responseBytes: '$context.responseLength',
  error: '$context.error.responseType',
});

/** A tenth, but at least 5, so that people can use the API even with a small limit. */
function shareOf(limit: number): number {
  return Math.min(limit, Math.max(5, Math.floor(limit / 10)));
}

function corsOf(origins: readonly string[]) {
  return {
    allowOrigins: [...origins],
    allowMethods: [...new Set(servedRoutes.map(({ method }) => CorsHttpMethod[method]))],
    allowHeaders: ['authorization', 'content-type', 'if-match', 'x-amz-date', 'x-amz-security-token'],
    exposeHeaders: ['etag', 'link', 'retry-after', 'www-authenticate'],
  };
}
