import type { WrittenBridgeConfig } from "./bridge-config.ts";

/** What a bridge is packed for. */
export type BridgePackage = "lambda" | "worker" | "docker";

/** All of them. */
export const BRIDGE_PACKAGES: readonly BridgePackage[] = ["lambda", "worker", "docker"];

/** A file of a package. */
export interface PackageFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Everything that a bridge needs where it is to run.
 *
 * @param code - The bundle for the platform.
 */
export function bridgePackage(what: BridgePackage, config: WrittenBridgeConfig, code: string): readonly PackageFile[] {
  const bridge: PackageFile = { name: "bridge.json", text: `${JSON.stringify(config, undefined, 2)}\n` };
  switch (what) {
    case "lambda":
      return [{ name: "index.mjs", text: code }, bridge, { name: "template.yaml", text: lambdaTemplate(config) }];
    case "worker":
      return [
        { name: "bridge.mjs", text: code },
        bridge,
        { name: "index.mjs", text: WORKER_ENTRY },
        { name: "wrangler.toml", text: wranglerConfig(config) },
      ];
    case "docker":
      return [
        { name: "server.mjs", text: code },
        bridge,
        { name: "Dockerfile", text: DOCKERFILE },
        { name: "compose.yaml", text: COMPOSE },
      ];
    default:
      return what satisfies never;
  }
}

const WORKER_ENTRY = `import config from "./bridge.json";
import { createWorker } from "./bridge.mjs";

export default createWorker(config);
`;

/** One route for each host. Their records stay as they are, and become proxied. */
function wranglerConfig({ hosts }: WrittenBridgeConfig): string {
  return [
    "# npx wrangler kv namespace create MODES, and fill its ID in; npx wrangler secret put C2D_BRIDGE_STATE_SECRET;",
    "# npx wrangler deploy. Modes: npx wrangler kv key put --binding MODES modes --path .c2d/bridge-modes.json --remote",
    'name = "sso-bridge"',
    'main = "index.mjs"',
    'compatibility_date = "2026-11-01"',
    "workers_dev = false",
    "",
    "[[kv_namespaces]]",
    'binding = "MODES"',
    'id = "YOUR_NAMESPACE_ID"',
    "",
    "[observability]",
    "enabled = true",
    ...hosts.flatMap(({ host }) => [
      "",
      "[[routes]]",
      `pattern = ${JSON.stringify(`${host}/*`)}`,
      'zone_name = "YOUR_ZONE" # the zone that the host is in',
    ]),
    "",
  ].join("\n");
}

/**
 * An HTTP API with a regional domain name for each host. A regional name is no alias of CloudFront, so it can exist beside
 * Cognito's distribution.
 */
function lambdaTemplate({ hosts }: WrittenBridgeConfig): string {
  const domains = hosts.flatMap(({ host }, index) => [
    `  Domain${index + 1}:`,
    "    Type: AWS::ApiGatewayV2::DomainName",
    "    Properties:",
    `      DomainName: ${JSON.stringify(host)}`,
    "      DomainNameConfigurations:",
    "        - CertificateArn: !Ref CertificateArn",
    "          EndpointType: REGIONAL",
    "          SecurityPolicy: TLS_1_2",
    `  Mapping${index + 1}:`,
    "    Type: AWS::ApiGatewayV2::ApiMapping",
    "    DependsOn: Stage",
    "    Properties:",
    "      ApiId: !Ref Api",
    `      DomainName: !Ref Domain${index + 1}`,
    "      Stage: $default",
  ]);
  const outputs = hosts.flatMap(({ host }, index) => [
    `  Target${index + 1}:`,
    `    Description: ${JSON.stringify(`Where ${host} has to point`)}`,
    `    Value: !GetAtt Domain${index + 1}.RegionalDomainName`,
  ]);
  return `# aws cloudformation package --template-file template.yaml --s3-bucket YOUR_BUCKET --output-template-file packaged.yaml
# aws cloudformation deploy --template-file packaged.yaml --stack-name sso-bridge --capabilities CAPABILITY_IAM --parameter-overrides CertificateArn=… StateSecret=…
AWSTemplateFormatVersion: "2010-09-09"
Description: "SSO bridge between Amazon Cognito and Descope, as an HTTP API with a Lambda function."
Parameters:
  CertificateArn:
    Type: String
    Description: "ACM certificate of every host, in this region"
  StateSecret:
    Type: String
    NoEcho: true
    MinLength: 32
    Description: "What states of OIDC sign-ins are sealed with: openssl rand -hex 32"
  Modes:
    Type: String
    Default: "null"
    Description: "Text of the file of modes, in one line, up to 4 KB; change it by updating the stack"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: lambda.amazonaws.com }
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - !Sub "arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      Code: .
      Role: !GetAtt Role.Arn
      MemorySize: 512
      Timeout: 30
      Environment:
        Variables:
          C2D_BRIDGE_STATE_SECRET: !Ref StateSecret
          C2D_BRIDGE_MODES: !Ref Modes
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Action: lambda:InvokeFunction
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub "arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*"
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: sso-bridge
      ProtocolType: HTTP
      DisableExecuteApiEndpoint: true
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt Function.Arn
      PayloadFormatVersion: "2.0"
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: $default
      Target: !Sub "integrations/\${Integration}"
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    DependsOn: Route
    Properties:
      ApiId: !Ref Api
      StageName: $default
      AutoDeploy: true
${domains.join("\n")}
Outputs:
${outputs.join("\n")}
`;
}

const DOCKERFILE = `FROM node:24-slim
USER node
WORKDIR /bridge
COPY --chown=node server.mjs ./
# bridge.json, bridge-modes.json and, where TLS ends here, tls.crt and tls.key are mounted, and followed when they change.
ENV C2D_BRIDGE_DIRECTORY=/etc/bridge
EXPOSE 8443
CMD ["node", "server.mjs"]
`;

const COMPOSE = `services:
  bridge:
    build: .
    restart: always
    read_only: true
    cap_drop: [ALL]
    environment:
      C2D_BRIDGE_STATE_SECRET: \${C2D_BRIDGE_STATE_SECRET:?make it with openssl rand -hex 32}
    ports: ["443:8443"]
    # A directory, because a file that is replaced leaves a mounted file as it was.
    volumes: ["./:/etc/bridge:ro"]
`;
