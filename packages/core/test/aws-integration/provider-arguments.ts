/**
 * Arguments and nested blocks of the provider hashicorp/aws, as its documentation lists them: `website/docs/r/<page>` of
 * github.com/hashicorp/terraform-provider-aws, read 2026-11-26. `jwt_validation` is that of `lb_listener_rule`; the copy of
 * that page which could be read is older than it, so it is taken from `lb_listener`, which documents the same action.
 *
 * Written down apart from the code under test: it is what the code is compared with.
 */
export interface Block {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  readonly blocks?: Readonly<Record<string, Block>>;
}

const values: Block = { required: ["values"] };
const oidc: Block = { required: ["issuer"], optional: ["auth_ttl", "client_id", "iat_ttl"] };
const userPool: Block = {
  required: ["user_pool_id"],
  optional: ["default_action", "app_id_client_regex", "aws_region"],
};
const lambdaAuthorizer: Block = {
  required: ["authorizer_uri"],
  optional: ["authorizer_result_ttl_in_seconds", "identity_validation_expression"],
};

export const PROVIDER_ARGUMENTS: Readonly<Record<string, Block>> = {
  // api_gateway_authorizer.html.markdown
  aws_api_gateway_authorizer: {
    required: ["name", "rest_api_id"],
    optional: [
      "authorizer_uri",
      "identity_source",
      "type",
      "authorizer_credentials",
      "authorizer_result_ttl_in_seconds",
      "identity_validation_expression",
      "provider_arns",
    ],
  },
  // apigatewayv2_authorizer.html.markdown
  aws_apigatewayv2_authorizer: {
    required: ["api_id", "authorizer_type", "name"],
    optional: [
      "authorizer_credentials_arn",
      "authorizer_payload_format_version",
      "authorizer_result_ttl_in_seconds",
      "authorizer_uri",
      "enable_simple_responses",
      "identity_sources",
    ],
    blocks: { jwt_configuration: { required: [], optional: ["audience", "issuer"] } },
  },
  // appsync_graphql_api.html.markdown
  aws_appsync_graphql_api: {
    required: ["authentication_type", "name"],
    optional: ["schema", "xray_enabled", "tags"],
    blocks: {
      openid_connect_config: oidc,
      user_pool_config: userPool,
      lambda_authorizer_config: lambdaAuthorizer,
      additional_authentication_provider: {
        required: ["authentication_type"],
        blocks: {
          openid_connect_config: oidc,
          user_pool_config: userPool,
          lambda_authorizer_config: lambdaAuthorizer,
        },
      },
    },
  },
  // cloudformation_stack.html.markdown
  aws_cloudformation_stack: {
    required: ["name"],
    optional: ["template_body", "template_url", "capabilities", "parameters", "on_failure", "tags"],
  },
  // cognito_identity_pool.html.markdown
  aws_cognito_identity_pool: {
    required: ["identity_pool_name"],
    optional: [
      "allow_unauthenticated_identities",
      "allow_classic_flow",
      "developer_provider_name",
      "openid_connect_provider_arns",
      "saml_provider_arns",
      "supported_login_providers",
      "tags",
    ],
    blocks: {
      cognito_identity_providers: {
        required: [],
        optional: ["client_id", "provider_name", "server_side_token_check"],
      },
    },
  },
  // cognito_identity_pool_roles_attachment.html.markdown
  aws_cognito_identity_pool_roles_attachment: {
    required: ["identity_pool_id", "roles"],
    blocks: {
      role_mapping: {
        required: ["identity_provider", "type"],
        optional: ["ambiguous_role_resolution"],
        blocks: { mapping_rule: { required: ["claim", "match_type", "role_arn", "value"] } },
      },
    },
  },
  // iam_openid_connect_provider.html.markdown; the thumbprints are optional since version 5.81
  aws_iam_openid_connect_provider: { required: ["url", "client_id_list"], optional: ["thumbprint_list", "tags"] },
  // lb_listener_rule.html.markdown
  aws_lb_listener_rule: {
    required: ["listener_arn"],
    optional: ["priority", "tags"],
    blocks: {
      action: {
        required: ["type"],
        optional: ["target_group_arn", "order"],
        blocks: {
          authenticate_oidc: {
            required: [
              "authorization_endpoint",
              "client_id",
              "client_secret",
              "issuer",
              "token_endpoint",
              "user_info_endpoint",
            ],
            optional: ["on_unauthenticated_request", "scope", "session_cookie_name", "session_timeout"],
          },
          jwt_validation: {
            required: ["issuer", "jwks_endpoint"],
            blocks: { additional_claim: { required: ["format", "name", "values"] } },
          },
        },
      },
      condition: { required: [], blocks: { host_header: values, path_pattern: values } },
    },
  },
  // cloudwatch_log_group.html.markdown
  aws_cloudwatch_log_group: { required: [], optional: ["name", "retention_in_days", "kms_key_id", "skip_destroy"] },
  // iam_role.html.markdown
  aws_iam_role: {
    required: ["assume_role_policy"],
    optional: ["name", "description", "path", "max_session_duration", "permissions_boundary", "tags"],
  },
  // iam_role_policy.html.markdown
  aws_iam_role_policy: { required: ["policy", "role"], optional: ["name", "name_prefix"] },
  // lambda_function.html.markdown
  aws_lambda_function: {
    required: ["function_name", "role"],
    optional: [
      "architectures",
      "description",
      "filename",
      "handler",
      "layers",
      "memory_size",
      "package_type",
      "publish",
      "runtime",
      "s3_bucket",
      "s3_key",
      "s3_object_version",
      "source_code_hash",
      "timeout",
    ],
    blocks: { environment: { required: [], optional: ["variables"] } },
  },
  // lambda_permission.html.markdown
  aws_lambda_permission: {
    required: ["action", "function_name", "principal"],
    optional: ["source_arn", "source_account", "statement_id"],
  },
};
