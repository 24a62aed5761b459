import { listen, post } from './json-server.ts';
import type { Stage } from './stage.ts';

/** An address that stays the same while the server behind it changes. Without a server it replies with a 500. */
export interface LoadBalancer {
  readonly url: string;
  /** The URL of the server behind it. */
  target: string | undefined;
}

export async function startLoadBalancer(stage: Stage): Promise<LoadBalancer> {
  const { url, close } = await listen((body, path) => {
    if (balancer.target === undefined) throw new Error('there is no server');
    return post(balancer.target + path, body);
  });
  stage.atEnd(close);
  const balancer: LoadBalancer = { url, target: undefined };
  return balancer;
}
