/** What routes find in the context of a request. */
export interface ConsoleEnv {
  Variables: {
    /** Who asks: to whom changes are attributed. Set on every route but those of the session. */
    operator: string;
  };
}
