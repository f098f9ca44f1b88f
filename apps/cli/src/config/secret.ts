export { Secret } from "@cognito-to-descope/core";
