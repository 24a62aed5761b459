import type { Template } from './template.ts';

/** The error of MiniStack for an alarm over several metrics. */
const metricMath = 'Properties.Metrics (metric math) is not supported';

/**
 * Every resource that MiniStack cannot create, by logical id, with the reason that it gives. The list is exact: the run
 * fails if the stack lacks another resource, and if MiniStack can create one of these, or gives another reason.
 */
export const leftOut: Readonly<Record<string, string>> = {
  ProcessWardenMonitoringFailures1DDAE6D7: metricMath,
  ProcessWardenMonitoringFunctionErrors1376C4DEA: metricMath,
  ProcessWardenMonitoringFunctionErrors2442C3E24: metricMath,
  ProcessWardenMonitoringFunctionErrors3F94F22A0: metricMath,
  ProcessWardenMonitoringFunctionErrors419619761: metricMath,
  ProcessWardenMonitoringFunctionThrottles14C12BB04: metricMath,
  ProcessWardenMonitoringFunctionThrottles21AFF938C: metricMath,
  ProcessWardenMonitoringFunctionThrottles3BD1C4617: metricMath,
  ProcessWardenMonitoringFunctionThrottles43CC39C74: metricMath,
  ProcessWardenMonitoringIamApiRefusedCEE89823: metricMath,
  ProcessWardenMonitoringNotificationsNotDelivered889AA900: metricMath,
  ProcessWardenMonitoringTimersNotDelivered44900E59: metricMath,
  ProcessWardenMonitoringTokenApiRefusedC2F23C19: metricMath,
};

/**
 * Removes the resources that MiniStack cannot create, and returns them. Throws if the template does not have one of
 * them.
 */
export function takeOut(template: Template): Template['Resources'] {
  const taken: Template['Resources'] = {};
  for (const id of Object.keys(leftOut)) {
    const resource = template.Resources[id];
    if (!resource) throw new Error(`the template has no ${id}: take it off the list in left-out.ts`);
    taken[id] = resource;
    delete template.Resources[id];
  }
  return taken;
}
