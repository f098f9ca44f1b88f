/** The shortest token or HMAC secret by which a connector is let in, in characters. */
export const MIN_CONNECTOR_SECRET_LENGTH = 32;
