import type { Resource, Value } from "../integration.ts";
import type { Given } from "../target.ts";

/** A rule of a load balancer that does something with the caller's identity, then forwards. */
export function listenerRule(
  options: Given<"listenerArn" | "priority" | "targetGroupArn" | "paths">,
  comment: string,
  first: Readonly<Record<string, Value>>,
): Resource {
  const { listenerArn, priority, targetGroupArn, paths, hosts = [] } = options;
  return {
    id: "DescopeListenerRule",
    type: "AWS::ElasticLoadBalancingV2::ListenerRule",
    comment,
    properties: {
      Actions: [
        { Order: 1, ...first },
        { Order: 2, TargetGroupArn: targetGroupArn, Type: "forward" },
      ],
      Conditions: [
        { Field: "path-pattern", PathPatternConfig: { Values: paths } },
        ...(hosts.length === 0 ? [] : [{ Field: "host-header", HostHeaderConfig: { Values: hosts } }]),
      ],
      ListenerArn: listenerArn,
      Priority: priority,
    },
  };
}
