/** Where a property goes in Terraform. */
export type Argument =
  /** An argument of the same value. */
  | string
  /** A nested block, one for each item of a list. */
  | { readonly block: string; readonly of: Arguments }
  /** One nested block for each entry of a map. */
  | { readonly entries: string; readonly of: Arguments }
  /** The properties of the object stand among those around it. */
  | { readonly inline: Arguments }
  /** A document, as JSON text. */
  | { readonly json: string }
  /** Terraform has no word for it: it follows from the others. */
  | null;

/** Arguments by property. */
export interface Arguments {
  readonly [property: string]: Argument;
}

/** Terraform's word for a resource type. */
export interface TerraformResource {
  readonly type: string;
  readonly arguments: Arguments;
}

const OIDC: Arguments = { ClientId: "client_id", Issuer: "issuer" };
const USER_POOL: Arguments = {
  AppIdClientRegex: "app_id_client_regex",
  AwsRegion: "aws_region",
  DefaultAction: "default_action",
  UserPoolId: "user_pool_id",
};
const LAMBDA_AUTHORIZER: Arguments = {
  AuthorizerResultTtlInSeconds: "authorizer_result_ttl_in_seconds",
  AuthorizerUri: "authorizer_uri",
};

/** Resource types of CloudFormation in the words of the provider hashicorp/aws; see `facts.md`. */
export const TERRAFORM_RESOURCES: Readonly<Record<string, TerraformResource>> = {
  "AWS::ApiGateway::Authorizer": {
    type: "aws_api_gateway_authorizer",
    arguments: {
      AuthorizerResultTtlInSeconds: "authorizer_result_ttl_in_seconds",
      AuthorizerUri: "authorizer_uri",
      IdentitySource: "identity_source",
      Name: "name",
      RestApiId: "rest_api_id",
      Type: "type",
    },
  },
  "AWS::ApiGatewayV2::Authorizer": {
    type: "aws_apigatewayv2_authorizer",
    arguments: {
      ApiId: "api_id",
      AuthorizerPayloadFormatVersion: "authorizer_payload_format_version",
      AuthorizerResultTtlInSeconds: "authorizer_result_ttl_in_seconds",
      AuthorizerType: "authorizer_type",
      AuthorizerUri: "authorizer_uri",
      EnableSimpleResponses: "enable_simple_responses",
      IdentitySource: "identity_sources",
      JwtConfiguration: { block: "jwt_configuration", of: { Audience: "audience", Issuer: "issuer" } },
      Name: "name",
    },
  },
  "AWS::AppSync::GraphQLApi": {
    type: "aws_appsync_graphql_api",
    arguments: {
      AdditionalAuthenticationProviders: {
        block: "additional_authentication_provider",
        of: {
          AuthenticationType: "authentication_type",
          LambdaAuthorizerConfig: { block: "lambda_authorizer_config", of: LAMBDA_AUTHORIZER },
          OpenIDConnectConfig: { block: "openid_connect_config", of: OIDC },
          UserPoolConfig: { block: "user_pool_config", of: USER_POOL },
        },
      },
      AuthenticationType: "authentication_type",
      LambdaAuthorizerConfig: { block: "lambda_authorizer_config", of: LAMBDA_AUTHORIZER },
      Name: "name",
      UserPoolConfig: { block: "user_pool_config", of: USER_POOL },
    },
  },
  "AWS::Cognito::IdentityPool": {
    type: "aws_cognito_identity_pool",
    arguments: {
      AllowUnauthenticatedIdentities: "allow_unauthenticated_identities",
      CognitoIdentityProviders: {
        block: "cognito_identity_providers",
        of: { ClientId: "client_id", ProviderName: "provider_name" },
      },
      IdentityPoolName: "identity_pool_name",
      OpenIdConnectProviderARNs: "openid_connect_provider_arns",
    },
  },
  "AWS::Cognito::IdentityPoolRoleAttachment": {
    type: "aws_cognito_identity_pool_roles_attachment",
    arguments: {
      IdentityPoolId: "identity_pool_id",
      RoleMappings: {
        entries: "role_mapping",
        of: {
          AmbiguousRoleResolution: "ambiguous_role_resolution",
          IdentityProvider: "identity_provider",
          RulesConfiguration: {
            inline: {
              Rules: {
                block: "mapping_rule",
                of: { Claim: "claim", MatchType: "match_type", RoleARN: "role_arn", Value: "value" },
              },
            },
          },
          Type: "type",
        },
      },
      Roles: "roles",
    },
  },
  "AWS::ElasticLoadBalancingV2::ListenerRule": {
    type: "aws_lb_listener_rule",
    arguments: {
      Actions: {
        block: "action",
        of: {
          AuthenticateOidcConfig: {
            block: "authenticate_oidc",
            of: {
              AuthorizationEndpoint: "authorization_endpoint",
              ClientId: "client_id",
              ClientSecret: "client_secret",
              Issuer: "issuer",
              OnUnauthenticatedRequest: "on_unauthenticated_request",
              Scope: "scope",
              SessionCookieName: "session_cookie_name",
              TokenEndpoint: "token_endpoint",
              UserInfoEndpoint: "user_info_endpoint",
            },
          },
          JwtValidationConfig: {
            block: "jwt_validation",
            of: {
              AdditionalClaims: {
                block: "additional_claim",
                of: { Format: "format", Name: "name", Values: "values" },
              },
              Issuer: "issuer",
              JwksEndpoint: "jwks_endpoint",
            },
          },
          Order: "order",
          TargetGroupArn: "target_group_arn",
          Type: "type",
        },
      },
      Conditions: {
        block: "condition",
        of: {
          Field: null,
          HostHeaderConfig: { block: "host_header", of: { Values: "values" } },
          PathPatternConfig: { block: "path_pattern", of: { Values: "values" } },
        },
      },
      ListenerArn: "listener_arn",
      Priority: "priority",
    },
  },
  "AWS::IAM::OIDCProvider": {
    type: "aws_iam_openid_connect_provider",
    arguments: { ClientIdList: "client_id_list", Url: "url" },
  },
  "AWS::IAM::Role": {
    type: "aws_iam_role",
    arguments: { AssumeRolePolicyDocument: { json: "assume_role_policy" } },
  },
  "AWS::IAM::RolePolicy": {
    type: "aws_iam_role_policy",
    arguments: { PolicyDocument: { json: "policy" }, PolicyName: "name", RoleName: "role" },
  },
  "AWS::Lambda::Function": {
    type: "aws_lambda_function",
    arguments: {
      Architectures: "architectures",
      Code: { inline: { S3Bucket: "s3_bucket", S3Key: "s3_key" } },
      Environment: { block: "environment", of: { Variables: "variables" } },
      FunctionName: "function_name",
      Handler: "handler",
      MemorySize: "memory_size",
      Role: "role",
      Runtime: "runtime",
      Timeout: "timeout",
    },
  },
  "AWS::Lambda::Permission": {
    type: "aws_lambda_permission",
    arguments: {
      Action: "action",
      FunctionName: "function_name",
      Principal: "principal",
      SourceArn: "source_arn",
    },
  },
  "AWS::Logs::LogGroup": {
    type: "aws_cloudwatch_log_group",
    arguments: { LogGroupName: "name", RetentionInDays: "retention_in_days" },
  },
};
