import type { Action, LoadBalancer, Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import { follow, nameOr, namedBy, type Search, type ServiceReader } from "./service-reader.ts";

/** Application Load Balancers: the actions of every rule of every listener. */
export const readLoadBalancers: ServiceReader = async (search) => {
  const { config, signal } = search;
  const { DescribeListenersCommand, DescribeLoadBalancersCommand, DescribeRulesCommand, ElasticLoadBalancingV2Client } =
    await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = new ElasticLoadBalancingV2Client(config);
  const send = { abortSignal: signal };
  try {
    const balancers = follow(
      (Marker) => client.send(new DescribeLoadBalancersCommand({ Marker, PageSize: 400 }), send),
      ({ NextMarker }) => NextMarker,
    );
    for await (const { LoadBalancers = [] } of balancers) {
      // Only application load balancers know who calls.
      for (const balancer of LoadBalancers) if (balancer.Type === "application") await readBalancer(balancer);
    }
  } finally {
    client.destroy();
  }

  async function readBalancer(balancer: LoadBalancer): Promise<void> {
    const { LoadBalancerArn } = balancer;
    const listeners = follow(
      (Marker) => client.send(new DescribeListenersCommand({ LoadBalancerArn, Marker }), send),
      ({ NextMarker }) => NextMarker,
    );
    for await (const { Listeners = [] } of listeners) {
      for (const { ListenerArn = "" } of Listeners) {
        // The default actions of a listener come as its last rule.
        const rules = follow(
          (Marker) => client.send(new DescribeRulesCommand({ ListenerArn, Marker }), send),
          ({ NextMarker }) => NextMarker,
        );
        for await (const { Rules = [] } of rules) for (const rule of Rules) report(search, balancer, ListenerArn, rule);
      }
    }
  }
};

function report({ pools, found }: Search, balancer: LoadBalancer, listenerArn: string, rule: Rule): void {
  const { RuleArn = "", Priority = "", Conditions = [], Actions = [] } = rule;
  const forward = Actions.find(({ Type }) => Type === "forward")?.TargetGroupArn;
  const paths = Conditions.flatMap(({ PathPatternConfig, Field, Values = [] }) =>
    Field === "path-pattern" ? (PathPatternConfig?.Values ?? Values) : [],
  );
  for (const action of Actions) {
    for (const { userPoolId } of namedBy(pools, trustOf(action))) {
      const isSignIn = action.Type !== "jwt-validation";
      found({
        service: "load-balancer",
        certainty: "trusts",
        userPoolId,
        kind: `${action.Type ?? ""} action`,
        id: RuleArn,
        name: `rule ${Priority} of ${nameOr(balancer.LoadBalancerArn ?? "", balancer.LoadBalancerName)}`,
        usedIn: paths,
        change: isSignIn
          ? "a rule in front of it that signs users in with Descope"
          : "a rule of its own for Descope's tokens, on a path or host of its own",
        targets: [isSignIn ? "alb-oidc" : "alb-jwt"],
        options: { listenerArn, ...(forward === undefined ? {} : { targetGroupArn: forward }) },
      });
    }
  }
}

function trustOf({
  AuthenticateCognitoConfig,
  AuthenticateOidcConfig,
  JwtValidationConfig,
}: Action): string | undefined {
  return AuthenticateCognitoConfig?.UserPoolArn ?? AuthenticateOidcConfig?.Issuer ?? JwtValidationConfig?.Issuer;
}
