import type { HttpRouteIntegrationBindOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';

/**
 * A function behind routes. It may be invoked for the paths of its routes: one permission for each path, not one for
 * each route, because the permissions of two methods of a path are the same, and a stack has room for 500 resources.
 */
export class PathIntegration extends HttpLambdaIntegration {
  readonly #allowed = new Set<string>();

  protected override completeBind(options: HttpRouteIntegrationBindOptions): void {
    const path = options.route.path ?? '';
    if (this.#allowed.has(path)) return;
    this.#allowed.add(path);
    super.completeBind(options);
  }
}
